// A plan of allocation as it is drawn in the page.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ExplainedShare } from "../gen/klaim/v1/compensation_service_pb";
import { AllocationRule, type AllocationPlanSchema } from "../gen/klaim/v1/settlement_events_pb";
import { amountOf, hundredthsOf, money, Unread } from "./format";
import { t } from "./i18n.svelte";

export interface StepForm {
  rule: number;
  tiers: string; // "1, 2"; empty for all
  cap: string;
  floor: string;
  most: string; // percent of the sum
  awards: string; // a line each: "5122 3.000"
}
export interface PlanForm {
  costs: string; // percent
  costsRule: string;
  reserve: string; // percent
  reserveUsed: string; // of what was kept back before
  noProvision: string; // why nothing is set aside for claims that aren't decided
  steps: StepForm[];
}

export const emptyStep = (): StepForm => ({
  rule: AllocationRule.PRO_RATA,
  tiers: "",
  cap: "",
  floor: "",
  most: "",
  awards: "",
});
export const emptyPlan = (): PlanForm => ({
  costs: "",
  costsRule: "",
  reserve: "",
  reserveUsed: "",
  noProvision: "",
  steps: [emptyStep()],
});

const basisPoints = (text: string) => (text.trim() ? hundredthsOf(text, 100) : 0);

// What a court awarded, a line for each claim: its number, and the amount. Says which line can't be read.
export function awardsOf(text: string, currency: string): { claimId: bigint; amountMinor: bigint }[] {
  return text.split("\n").flatMap((line, i) => {
    if (!line.trim()) return [];
    const [, claim, amount] = /^\s*(\d{1,18})\s+(\S.*)$/.exec(line) ?? [];
    if (!claim || !amount) throw new Unread(t("check.award", { line: i + 1 }));
    return [{ claimId: BigInt(claim), amountMinor: amountOf(amount, currency) }];
  });
}

export function planOf(plan: PlanForm, currency: string): MessageInitShape<typeof AllocationPlanSchema> {
  return {
    costsBasisPoints: basisPoints(plan.costs),
    costsRule: plan.costsRule,
    reserveBasisPoints: basisPoints(plan.reserve),
    reserveUsedMinor: plan.reserveUsed.trim() ? amountOf(plan.reserveUsed, currency) : 0n,
    noProvisionReason: plan.noProvision.trim(),
    steps: plan.steps.map((step) => ({
      rule: step.rule,
      tiers: step.tiers
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map((tier) => {
          if (!/^[1-9]$/.test(tier)) throw new Unread(t("check.tier"));
          return Number(tier);
        }),
      capMinor: step.cap ? amountOf(step.cap, currency) : 0n,
      floorMinor: step.floor ? amountOf(step.floor, currency) : 0n,
      mostBasisPoints: basisPoints(step.most),
      awards: step.rule === AllocationRule.AS_AWARDED ? awardsOf(step.awards, currency) : [],
    })),
  };
}

// The head under which late interest is shared out.
const lateInterest = "late_interest";

const shareWords: Record<number, string> = {
  [AllocationRule.EQUAL]: "share.equal",
  [AllocationRule.AS_AWARDED]: "share.awarded",
};

// Why a claim gets what it gets, in the reader's language; the daemon's own sentence says the same in English.
export function explainShare(
  plan: MessageInitShape<typeof AllocationPlanSchema> | undefined,
  share: ExplainedShare,
  currency: string,
): string {
  const steps = plan?.steps?.length ? plan.steps : [{ rule: AllocationRule.PRO_RATA }];
  const ofLoss = share.parts.filter((part) => part.head !== lateInterest);
  const interest = share.parts.reduce((sum, part) => sum + (part.head === lateInterest ? part.amountMinor : 0n), 0n);
  const given = steps.map((_, i) =>
    ofLoss.reduce((sum, part) => sum + (part.stepMinor.length ? (part.stepMinor[i] ?? 0n) : part.amountMinor), 0n),
  );
  const reasons = steps.flatMap((step, i) => {
    const minor = given[i] ?? 0n;
    if (minor === 0n) return [];
    let part = t(shareWords[step.rule ?? 0] ?? "share.pro_rata", { amount: money(minor, currency) });
    if (step.tiers?.length) part = t("share.tiers", { part, tiers: step.tiers.join(", ") });
    if (step.capMinor && minor === step.capMinor) part = t("share.most", { part });
    if (step.floorMinor && minor === step.floorMinor) part = t("share.least", { part });
    return [part];
  });
  if (interest) reasons.push(t("share.interest", { amount: money(interest, currency) }));
  const already = ofLoss.reduce((sum, part) => sum + part.alreadyMinor, 0n);
  return t(already ? "share.before" : "share", {
    already: money(already, currency),
    owed: money(
      share.parts.reduce((sum, part) => sum + part.owedMinor, 0n),
      currency,
    ),
    amount: money(share.amountMinor, currency),
    steps: reasons.join("; ") || t("share.nothing"),
  });
}
