// Writes each file of dist/ compressed beside itself, as .br and .gz, and says how large they are. The gateway serves these as they are.
// Browsers take brotli over TLS and from localhost only; gzip they take everywhere.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = join(import.meta.dirname, "../dist");
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
const kilobytes = (n) => (n / 1024).toFixed(1).padStart(8);
const total = [0, 0, 0];

for (const file of files) {
  const content = readFileSync(file);
  const br = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length, [constants.BROTLI_PARAM_LGWIN]: 22 } });
  const gz = gzipSync(content, { level: 9 });
  writeFileSync(`${file}.br`, br);
  writeFileSync(`${file}.gz`, gz);
  [content, br, gz].forEach((c, i) => (total[i] += c.length));
  console.log(`${kilobytes(content.length)}${kilobytes(br.length)}${kilobytes(gz.length)}  ${file.slice(dist.length + 1)}`);
}

console.log(`${total.map(kilobytes).join("")}  KiB: plain, brotli, gzip`);
