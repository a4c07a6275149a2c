const HEAD = `# Facts

Everything about the Messages API that callsheet implements, by its id: what the API does, how that is known, and where from.
Tests cite the ids, and one fails when nothing proves a row. Rules that a client can break have these ids in findings.

_recorded_ from real traffic; from the SDK's _types_; _documented_; _reported_ by users; _inferred_ from those; _unknown_: a
guess, and an option where it matters ([fidelity](fidelity.md)). This page is made by \`npm run docs\`.
`;

/** The page of all requirements, grouped by the first word of their ids. */
export function factsPage(requirements) {
  const rows = Object.entries(requirements);
  const groups = [...new Set(rows.map(([id]) => id.split('.')[0]))];
  const sections = groups.map((group) => {
    const inGroup = rows.filter(([id]) => id.startsWith(`${group}.`));
    const items = inGroup.map(
      ([id, { behaviour, evidence, source }]) =>
        `- \`${id}\` (${evidence}): ${behaviour} _${source}_`,
    );
    return `\n## ${group}\n\n${items.join('\n')}\n`;
  });
  return HEAD + sections.join('');
}
