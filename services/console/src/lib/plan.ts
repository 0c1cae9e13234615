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
}
export interface PlanForm {
  costs: string; // percent
  costsRule: string;
  reserve: string; // percent
  steps: StepForm[];
}

export const emptyStep = (): StepForm => ({ rule: AllocationRule.PRO_RATA, tiers: "", cap: "", floor: "", most: "" });
export const emptyPlan = (): PlanForm => ({ costs: "", costsRule: "", reserve: "", steps: [emptyStep()] });

const basisPoints = (text: string) => (text.trim() ? hundredthsOf(text, 100) : 0);

export function planOf(plan: PlanForm, currency: string): MessageInitShape<typeof AllocationPlanSchema> {
  return {
    costsBasisPoints: basisPoints(plan.costs),
    costsRule: plan.costsRule,
    reserveBasisPoints: basisPoints(plan.reserve),
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
    })),
  };
}

// Why a claim gets what it gets, in the reader's language; the daemon's own sentence says the same in English.
export function explainShare(
  plan: MessageInitShape<typeof AllocationPlanSchema> | undefined,
  share: ExplainedShare,
  currency: string,
): string {
  const steps = plan?.steps?.length ? plan.steps : [{ rule: AllocationRule.PRO_RATA }];
  const given = steps.map((_, i) =>
    share.parts.reduce((sum, part) => sum + (part.stepMinor.length ? (part.stepMinor[i] ?? 0n) : part.amountMinor), 0n),
  );
  const reasons = steps.flatMap((step, i) => {
    const minor = given[i] ?? 0n;
    if (minor === 0n) return [];
    let part = t(step.rule === AllocationRule.EQUAL ? "share.equal" : "share.pro_rata", {
      amount: money(minor, currency),
    });
    if (step.tiers?.length) part = t("share.tiers", { part, tiers: step.tiers.join(", ") });
    if (step.capMinor && minor === step.capMinor) part = t("share.most", { part });
    if (step.floorMinor && minor === step.floorMinor) part = t("share.least", { part });
    return [part];
  });
  return t("share", {
    owed: money(
      share.parts.reduce((sum, part) => sum + part.owedMinor, 0n),
      currency,
    ),
    amount: money(share.amountMinor, currency),
    steps: reasons.join("; ") || t("share.nothing"),
  });
}
