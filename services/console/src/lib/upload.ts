// A document goes up in parts of a few megabytes, each a call of its own: what has arrived stays when the network
// breaks off, and the upload goes on from there, also after the page was closed.
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  EvidenceService,
  UploadDocumentRequestSchema,
  UploadDocumentResponseSchema,
} from "../gen/klaim/v1/evidence_service_pb";
import { fromBinary } from "@bufbuild/protobuf";
import { api, noteRecorded, purposeHeader } from "./api";
import { seal } from "./format";
import { sha256OfFile } from "./sha256";

const partBytes = 4 << 20; // of one call
const chunkBytes = 256 << 10; // of one message

export interface Upload {
  caseId: bigint;
  title: string;
  file: File;
  requestId: string;
  progress: (done: number, what: "hashing" | "sending") => void;
  stopped: () => boolean;
}

function envelope(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5 + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

// A client stream that is sent whole; browsers can't stream a request's body over HTTP/1.1.
async function send(parts: Uint8Array<ArrayBuffer>[]): Promise<bigint | null> {
  const response = await fetch(`/${EvidenceService.typeName}/UploadDocument`, {
    method: "POST",
    headers: { "Content-Type": "application/connect+proto", "Connect-Protocol-Version": "1", ...purposeHeader() },
    body: joined(parts), // no Blob: browsers keep those until they tidy up, and two gigabytes of them are too many
  });
  if (response.status === 413) throw new ConnectError("", Code.Unauthenticated);
  const bytes = new Uint8Array(await response.arrayBuffer());
  let at = 0;
  let document: bigint | null = null;
  while (at + 5 <= bytes.length) {
    const size = new DataView(bytes.buffer, at + 1).getUint32(0);
    const body = bytes.slice(at + 5, at + 5 + size);
    if (bytes[at]! & 2) {
      const end = JSON.parse(new TextDecoder().decode(body) || "{}") as { error?: { code: string; message?: string } };
      if (end.error) throw new ConnectError(end.error.message ?? end.error.code, codeOf(end.error.code));
    } else {
      const answer = fromBinary(UploadDocumentResponseSchema, body);
      noteRecorded(answer.receipt);
      document = answer.documentId;
    }
    at += 5 + size;
  }
  return document;
}

function codeOf(name: string): Code {
  const key = name
    .split("_")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("") as keyof typeof Code;
  return Code[key] ?? Code.Unknown;
}

export async function upload(what: Upload): Promise<bigint> {
  const { file, caseId, requestId } = what;
  const sha256 = await sha256OfFile(file, (done) => what.progress(done, "hashing"), what.stopped);
  let failures = 0;
  for (;;) {
    if (what.stopped()) throw new ConnectError("", Code.Canceled);
    try {
      const offset = Number((await api(EvidenceService).getUpload({ requestId, caseId })).sizeBytes);
      what.progress(offset, "sending");
      const parts = [
        envelope(
          toBinary(
            UploadDocumentRequestSchema,
            create(UploadDocumentRequestSchema, {
              part: {
                case: "begun",
                value: {
                  requestId,
                  caseId,
                  title: { text: seal(what.title) },
                  mediaType: file.type,
                  sizeBytes: BigInt(file.size),
                  sha256,
                  offset: BigInt(offset),
                },
              },
            }),
          ),
        ),
      ];
      for (let at = offset; at < Math.min(offset + partBytes, file.size); at += chunkBytes) {
        const chunk = new Uint8Array(
          await file.slice(at, Math.min(at + chunkBytes, file.size, offset + partBytes)).arrayBuffer(),
        );
        parts.push(
          envelope(
            toBinary(
              UploadDocumentRequestSchema,
              create(UploadDocumentRequestSchema, { part: { case: "chunk", value: chunk } }),
            ),
          ),
        );
      }
      const whole = offset + partBytes >= file.size;
      try {
        const document = await send(parts);
        if (document !== null) return document;
      } catch (error) {
        // A part that isn't the last ends the call before the document is whole; what has arrived is kept.
        const code = ConnectError.from(error).code;
        const arrived = Number((await api(EvidenceService).getUpload({ requestId, caseId })).sizeBytes);
        if (
          whole ||
          arrived <= offset ||
          ![Code.InvalidArgument, Code.FailedPrecondition, Code.Aborted, Code.Canceled, Code.Unavailable].includes(code)
        )
          throw error;
      }
      failures = 0;
    } catch (error) {
      const code = ConnectError.from(error).code;
      const network =
        error instanceof TypeError ||
        [Code.Unavailable, Code.Unknown, Code.ResourceExhausted, Code.Aborted].includes(code);
      if (!network || ++failures > 60) throw error;
      // The network is away, or another window is at it: try again, more and more rarely.
      await new Promise((again) => setTimeout(again, Math.min(15_000, 500 * 2 ** Math.min(failures, 5))));
    }
  }
}
