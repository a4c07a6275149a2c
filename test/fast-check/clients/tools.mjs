/** The tools of a scenario that return always the same, to be run by a client. */
export function toolsOf(api, { data: { tools = {} } }) {
  return Object.entries(tools).map(([name, { returns }]) => ({
    name,
    run: api.tool(async () => (typeof returns === 'string' ? returns : JSON.stringify(returns)), {
      name,
    }),
  }));
}
