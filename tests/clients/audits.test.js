// What the `graphql-http` package asks of every server; `MAY` and `SHOULD` count, too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';

const audits = serverAudits({ url: process.env.BFF_URL });

test('there are as many as ever', () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const found = await audit.fn();
    assert.equal(found.status, 'ok', found.reason);
  });
}
