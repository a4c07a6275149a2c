/** The page that leads to the others. */
export function indexPage(pages) {
  const items = pages.map(({ name, page }) => `- [\`${name}\`](${page})\n`);
  return `# API reference\n\nWhat each entry of the package exports.\n\n${items.join('')}`;
}

/** A page of declarations: what functions and types are for, and how they are declared. */
export function referencePage(name, declarations) {
  const sorted = merged(declarations).toSorted(
    (a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1),
  );
  const parts = sorted.map((each) => {
    const inside = each.isExported === false ? '\n\nNot exported by itself.' : '';
    return `\n## ${each.name}\n\n${textOf(each)}${inside}\n\n\`\`\`ts\n${each.codes.join('\n')}\n\`\`\`\n`;
  });
  return `# ${name}\n${parts.join('').replaceAll(/\n{3,}/g, '\n\n')}`;
}

/** What is called comes before what it is called with. */
function order({ kind, isExported }) {
  const isValue = kind === 'Function' || kind === 'Variable' || kind === 'Class';
  return (isExported === false ? 2 : 0) + (isValue ? 0 : 1);
}

/** Overloads, and a type and a value of one name, are one entry. */
function merged(declarations) {
  const byName = new Map();
  for (const each of declarations) {
    const before = byName.get(each.name);
    const code = codeOf(each);
    if (before) before.codes.push(code);
    else byName.set(each.name, { ...each, codes: [code] });
  }
  return [...byName.values()];
}

function textOf({ docComment }) {
  return docComment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

function codeOf({ excerptTokens, members = [] }) {
  const head = excerptTokens
    .map(({ text }) => text)
    .join('')
    .replace(/^export (?:declare )?/, '')
    .trim();
  if (members.length === 0) return head;
  const lines = members.map((member) => {
    const comment = member.docComment ? `${indented(member.docComment.trim())}\n` : '';
    return comment + indented(codeOf(member));
  });
  return `${head} {\n${lines.join('\n')}\n}`;
}

function indented(text) {
  return text
    .split('\n')
    .map((line) => `  ${line.replace(/^ +\*/, ' *')}`)
    .join('\n');
}
