type Print = (text: string) => void;

/** What a script printed, and the code it would end with. */
export interface ScriptRun {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** A script of `scripts/`, run in this process: what it loads is loaded once for all its runs. */
export async function scriptHere(name: string): Promise<(...args: string[]) => Promise<ScriptRun>> {
  const { main }: { main: (args: string[], say: Print, complain: Print) => Promise<number> } =
    await import(new URL(`../../scripts/${name}/main.mjs`, import.meta.url).href);
  return async (...args) => {
    const printed: string[] = [];
    const errors: string[] = [];
    const code = await main(
      args,
      (text) => printed.push(text),
      (text) => errors.push(text),
    );
    return { code, lines: printed.join('\n').split('\n'), errors: errors.join('\n') };
  };
}
