// The documents that codegen has written to a file, against a service that takes only these.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const written = readFileSync(new URL('./generated/persisted-documents.json', import.meta.url));
const ids = Object.keys(JSON.parse(written));
const market = { locale: 'de', country: 'DE' };
const variables = { handle: 'premium-cotton-t-shirt', id: 'none', slug: 'about', ...market };

const ask = async (documentId) => {
  const response = await fetch(process.env.BFF_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documentId, variables }),
  });
  return { status: response.status, ...(await response.json()) };
};

test('each of them is known by its id', async () => {
  assert.equal(ids.length, 5);
  for (const id of ids) {
    const { status, data, errors } = await ask(id);
    assert.equal(status, 200);
    assert.equal(errors, undefined);
    assert.ok(data);
  }
});

test('no other is', async () => {
  const other = ids[0].replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  const { status, errors } = await ask(other);

  assert.equal(status, 403);
  assert.equal(errors[0].extensions.code, 'DOCUMENT_NOT_ALLOWED');
});
