import { scenarioTests } from 'callsheet/vitest';

await scenarioTests(process.env['SCENARIOS']!);
