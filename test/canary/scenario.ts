import { parseScenario } from 'callsheet';

/** Everything Claude can do. */
export const everything = parseScenario(`
scenario: everything
tools:
  count_stock: { returns: 7 }
  order: { answers: [{ with: { sku: A }, returns: done }], allowed_callers: [direct] }
web:
  - { url: https://a.example/, title: A, content: All of A., found: a }
turns:
  - user: Count
    claude:
      - thinks: Look.
      - says: Counting.
      - runs: |
          import asyncio
          print(await count_stock({"sku": "A"}))
          print(await asyncio.gather(count_stock({"sku": "B"}), count_stock({"sku": "C"})))
      - runs: 1 / 0
      - says: Done.
  - user: Order
    claude:
      - calls: [{ call: order, input: { sku: A } }, { call: order, input: { sku: B } }]
      - together: [{ runs: print(1) }, { runs: 'print(await count_stock({}))' }]
      - pauses: true
      - says: Ordered.
  - user: Look
    claude:
      - bash: echo hello > $OUTPUT_DIR/a.txt
      - edit: { command: create, path: a.py, file_text: 'print(1)' }
      - edit: { command: view, path: none.py }
      - runs: print(len(await web_fetch({"url":"https://a.example/"})))
      - runs: print(len(await web_search({"query":"a"})))
      - stops: max_tokens
`);

/** A cell that calls a tool twice. */
export const shortYaml = `
scenario: short
tools:
  count_stock: { returns: 7 }
turns:
  - user: Count
    claude:
      - says: Counting.
      - runs: |
          await count_stock({"sku": "A"})
          print(await count_stock({"sku": "B"}))
      - says: Done.
`;
export const short = parseScenario(shortYaml);

/** Its tool is one that the API refuses. */
export const refused = parseScenario(`
scenario: refused
tools:
  count_stock:
    returns: 7
    input_schema:
      type: object
      properties: { a: { $ref: '#/$defs/a' } }
      $defs: { a: { type: object, properties: { a: { $ref: '#/$defs/a' } } } }
turns:
  - user: Count
    claude:
      - says: Counting.
`);
