// What happened, told in words.
import { toJson } from "@bufbuild/protobuf";
import { ClaimStatusSchema } from "../gen/klaim/v1/claim_events_pb";
import { EventRecordSchema, type EventRecord } from "../gen/klaim/v1/event_record_pb";
import { date, enumWord, money, open } from "./format";
import { t, word } from "./i18n.svelte";
import { registry } from "./registry.svelte";

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export function eventWord(event: EventRecord): string {
  return event.event.case ? word("event", snake(event.event.case)) : t("event.unknown");
}

// The few facts of an event that a reader of a file looks for first.
export function eventText(record: EventRecord): string {
  const { event } = record;
  switch (event.case) {
    case "claimFiled":
      return event.value.heads
        .map(
          (head) =>
            `${word("head", head.code)}: ${money(head.claimed?.minorUnits ?? 0n, head.claimed?.currency ?? "")}`,
        )
        .join("; ");
    case "claimDeficiencyNoticed":
      return `${event.value.missing.join("; ")} – ${date(event.value.answerBy)}`;
    case "claimDeficiencyCured":
      return event.value.answer;
    case "claimEligibilityDecided":
      return `${event.value.eligible ? enumWord(ClaimStatusSchema, 5) : enumWord(ClaimStatusSchema, 6)} (${event.value.reasonCode}): ${event.value.reasons}`;
    case "claimValued":
      return event.value.heads.map((head) => `${word("head", head.code)}: ${head.computation}`).join("; ");
    case "claimDetermined":
      return `${event.value.heads.map((head) => `${word("head", head.code)} ${money(head.minorUnits, event.value.currency)}`).join("; ")}. ${event.value.reasons}`;
    case "claimAllocated":
      return event.value.heads
        .map((head) => `${word("head", head.code)} ${money(head.minorUnits, event.value.currency)}`)
        .join("; ");
    case "caseNoteAdded":
      return open(event.value.note?.text);
    case "caseOpened":
      return open(event.value.story?.text);
    case "meetingScheduled":
      return `${date(event.value.on)} ${event.value.forum}`;
    case "meetingClosed":
      return event.value.outcome;
    case "documentReceived":
      return open(event.value.title?.text);
    case "respondentRegistered":
      return event.value.name;
    case "respondentsLinked":
      return `${registry.respondentName(event.value.otherId)}: ${event.value.evidence}`;
    case "programmeOpened":
      return `${event.value.code}: ${event.value.title}`;
    case "organisationRegistered":
      return event.value.name;
    case "accountOpened":
      return event.value.name;
    case "claimSuspended":
    case "claimClosed":
    case "claimWithdrawn":
    case "claimantMerged":
    case "duplicateRefused":
    case "claimantMergeUndone":
    case "paymentBatchRejected":
    case "allocationRejected":
      return event.value.reason;
    case "claimAppealed":
      return event.value.grounds;
    default:
      return "";
  }
}

// All of an event, for who wants to see what stands in the log.
export function eventJson(record: EventRecord): string {
  return JSON.stringify(toJson(EventRecordSchema, record), null, 2);
}
