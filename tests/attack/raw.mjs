// Connections whose every byte is the attacker's own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";

export const pause = (millis) => new Promise((over) => setTimeout(over, millis));

// A TLS connection to "grpc" or "http" of the daemon; null when it isn't let in.
export function open(victim, port, { from, name, speaks = port === "grpc" ? "h2" : "http/1.1" } = {}) {
  const [host, number] = (port === "grpc" ? victim.grpc : victim.url.slice("https://".length)).split(":");
  const file = (end) => readFileSync(join(victim.folder, "people", `${name}.${end}`));
  return new Promise((opened) => {
    const socket = connect({
      host, port: Number(number), ca: victim.ca, localAddress: from, servername: "", checkServerIdentity: () => undefined,
      ALPNProtocols: [speaks],
      ...(name ? { cert: file("crt"), key: file("key") } : {}),
    });
    socket.setNoDelay(true);
    socket.once("secureConnect", () => opened(socket));
    socket.once("error", () => opened(null));
    socket.once("close", () => opened(null));
    socket.on("error", () => {});
    setTimeout(() => opened(null), 10_000).unref();
  });
}

// Writes, and waits when the other side takes no more; false once the connection is gone.
export function write(socket, bytes) {
  if (socket.destroyed || !socket.writable) return Promise.resolve(false);
  if (socket.write(bytes)) return new Promise((again) => setImmediate(() => again(!socket.destroyed)));
  return new Promise((again) => {
    const over = () => { socket.off("drain", over); socket.off("close", over); again(!socket.destroyed); };
    socket.on("drain", over);
    socket.on("close", over);
  });
}

// The answer to one HTTP/1.1 request on a connection: status and body; null when the connection ends or nobody answers.
export function answer(socket, millis = 10_000) {
  return new Promise((answered) => {
    let bytes = Buffer.alloc(0);
    const over = (result) => {
      clearTimeout(late);
      socket.off("data", take);
      socket.off("close", gone);
      answered(result);
    };
    const gone = () => over(null);
    const late = setTimeout(gone, millis);
    const take = (part) => {
      bytes = Buffer.concat([bytes, part]);
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = bytes.subarray(0, end).toString("latin1");
      const length = /content-length: *(\d+)/i.exec(head);
      const body = bytes.subarray(end + 4);
      const whole = length ? body.length >= Number(length[1]) : body.subarray(-5).toString() === "0\r\n\r\n";
      if (whole) over({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), closes: /connection: close/i.test(head), body: body.toString("latin1") });
    };
    socket.on("data", take);
    socket.on("close", gone);
    if (socket.destroyed) gone();
  });
}

// HTTP/2, RFC 9113.
export const frameTypes = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7, window: 8, continuation: 9 };
export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = frameTypes[type] ?? type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
export const number32 = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes; };
export const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame("settings", 0, 0)]);

// RFC 7541: an integer behind a prefix, a text as it is, and a field that no table keeps (or, `kept`, that the other side's keeps).
const integer = (value, prefix, first = 0) => {
  const most = (1 << prefix) - 1;
  if (value < most) return [first | value];
  const bytes = [first | most];
  for (value -= most; value >= 128; value = value >> 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
};
const hpackText = (value) => { const bytes = Buffer.from(value); return Buffer.concat([Buffer.from(integer(bytes.length, 7)), bytes]); };
export const field = (name, value, kept = false) => Buffer.concat([Buffer.from([kept ? 0x40 : 0]), hpackText(name), hpackText(value)]);
const headerBlock = (fields) => Buffer.concat(fields.map(([name, value]) => field(name, value)));
// A call to gRPC's port, or to the other, which takes the Connect protocol.
export function callHeaders(victim, port, method, more = []) {
  const own = port === "grpc" ? [[":authority", victim.grpc], ["te", "trailers"], ["content-type", "application/grpc"]] : [[":authority", victim.url.slice(8)], ["content-type", "application/proto"]];
  return headerBlock([[":method", "POST"], [":scheme", "https"], [":path", `/klaim.v1.${method}`], ...own, ...more]);
}
export const getHeaders = (victim, path) => headerBlock([[":method", "GET"], [":scheme", "https"], [":path", path], [":authority", victim.url.slice(8)]]);
