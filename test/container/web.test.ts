import { assertScenario, createFakeApi, parseScenario, runScenario, toYaml } from 'callsheet';
import { expect, test } from 'vitest';

const text = `
scenario: reading
web:
  - url: https://a.test/
    title: Apples
    content: Apples are red.
    found: /apple/i
  - url: https://b.test/
    title: Bees
    content: Bees hum.
    found: bees
turns:
  - user: What do apples look like?
    claude:
      - runs: |
          import asyncio, json
          found, page, lost = await asyncio.gather(
              web_search({"query": "Apple colours"}),
              web_fetch({"url": "https://a.test/"}),
              web_fetch({"url": "https://c.test/"}),
          )
          print([result["title"] for result in json.loads(found)])
          print(json.loads(page)["content"]["source"]["data"])
          print(json.loads(lost)["error_code"])
        prints: |
          ['Apples']
          Apples are red.
          url_not_accessible
      - runs: print(len(json.loads(found)))
        prints: "1"
      - says: They are red.
`;

test.each([
  { client: 'fetch' as const },
  { client: 'sdk' as const },
  { client: 'sdk' as const, stream: true },
])('code reads the web of a scenario: %j [web.nested] [web.encrypted]', async (how) => {
  const reading = parseScenario(text);
  expect(parseScenario(toYaml(reading)).data).toEqual(reading.data);
  await using api = createFakeApi({ script: reading });
  expect(await runScenario(reading, { api, ...how })).toEqual({ ok: true, failures: [] });
  assertScenario(reading, api.transcript);
  const [sent] = api.transcript.events.filter((event) => event.type === 'response.sent');
  expect(JSON.stringify(sent)).not.toContain("['Apples']");
  expect(sent?.body).toMatchObject({
    usage: { server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 } },
  });
});
