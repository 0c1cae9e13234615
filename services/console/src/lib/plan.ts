// A plan of allocation as it is drawn in the page.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { AllocationRule, type AllocationPlanSchema } from "../gen/klaim/v1/settlement_events_pb";
import { parseMoney } from "./format";

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

const basisPoints = (text: string) => Math.round(Number((text || "0").replace(",", ".")) * 100) || 0;

export function planOf(plan: PlanForm, currency: string): MessageInitShape<typeof AllocationPlanSchema> {
  return {
    costsBasisPoints: basisPoints(plan.costs),
    costsRule: plan.costsRule,
    reserveBasisPoints: basisPoints(plan.reserve),
    steps: plan.steps.map((step) => ({
      rule: step.rule,
      tiers: step.tiers.split(/[\s,;]+/).filter(Boolean).map(Number),
      capMinor: step.cap ? (parseMoney(step.cap, currency) ?? 0n) : 0n,
      floorMinor: step.floor ? (parseMoney(step.floor, currency) ?? 0n) : 0n,
      mostBasisPoints: basisPoints(step.most),
    })),
  };
}
