// An S3-compatible store for tests: s3rver from npm, behind a check of AWS Signature Version 4, which it lacks, and of the hash
// of what is sent. Prints its address, and serves until it is killed.
//   node s3_store.mjs FOLDER
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import S3rver from 's3rver';

const secret = 'S3RVER';
const store = new S3rver({ silent: true, directory: process.argv[2], configureBuckets: [{ name: 'evidence' }] });
await store.configureBuckets();
const handle = store.callback();
const hex = (bytes) => createHash('sha256').update(bytes).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

// docs.aws.amazon.com: "Create a signed AWS API request", with the header alone and no query.
function isSigned(request) {
  const pattern = /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w{64})$/;
  const parts = pattern.exec(request.headers.authorization ?? '');
  if (!parts || parts[1] !== 'S3RVER') return false;
  const [, , day, region, signed, signature] = parts;
  const names = signed.split(';');
  if (!names.includes('host') || !names.includes('x-amz-content-sha256')) return false;
  const canonical = [
    request.method,
    request.url,
    '',
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signed,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, hex(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce((before, part) => hmac(before, part), `AWS4${secret}`);
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'));
}

function refuse(response, code) {
  response.writeHead(403, { 'content-type': 'application/xml', connection: 'close' });
  response.end(`<Error><Code>${code}</Code></Error>`);
}

// s3rver answers before the file of an object is written whole, which S3 never does.
async function isWritten(request, size) {
  const file = join(process.argv[2], `${decodeURIComponent(request.url)}._S3rver_object`);
  while ((await stat(file)).size < size) await setImmediate();
}

const server = createServer((request, response) => {
  if (!isSigned(request)) return refuse(response, 'SignatureDoesNotMatch');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (hex(body) !== request.headers['x-amz-content-sha256']) return refuse(response, 'XAmzContentSHA256Mismatch');
    // The store reads the body anew; it was looked at whole.
    const again = new PassThrough();
    again.end(body);
    const replayed = new Proxy(request, {
      get(target, name) {
        const from = name in again && !['headers', 'method', 'url', 'socket', 'connection', 'httpVersion'].includes(name) ? again : target;
        const value = Reflect.get(from, name);
        return typeof value === 'function' ? value.bind(from) : value;
      },
    });
    if (request.method === 'PUT') {
      const end = response.end.bind(response);
      response.end = (...answer) => {
        const whole = response.statusCode < 300 ? isWritten(request, body.length) : Promise.resolve();
        whole.then(() => end(...answer));
        return response;
      };
    }
    handle(replayed, response);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
