import { austriaDynamic } from "./austria-dynamic.ts";
import { austriaStatic } from "./austria-static.ts";
import { belgiumEqual } from "./belgium-equal.ts";
import { belgiumFixed } from "./belgium-fixed.ts";
import { belgiumRounds } from "./belgium-rounds.ts";
import { brazilScee } from "./brazil-scee.ts";
import { franceDefault } from "./france-default.ts";
import { franceDynamic } from "./france-dynamic.ts";
import { franceEqual } from "./france-equal.ts";
import { francePriority } from "./france-priority.ts";
import { franceStatic } from "./france-static.ts";
import { germanyCascading } from "./germany-cascading.ts";
import { germanyConstant } from "./germany-constant.ts";
import { germanyEqual } from "./germany-equal.ts";
import { germanyVariable } from "./germany-variable.ts";
import { italyCer } from "./italy-cer.ts";
import { luxembourgPriority } from "./luxembourg-priority.ts";
import { luxembourgProrata } from "./luxembourg-prorata.ts";
import { portugalFixed } from "./portugal-fixed.ts";
import { portugalHierarchical } from "./portugal-hierarchical.ts";
import type { ReadyMadePolicy } from "./ready-made-policy.ts";
import { solidarityQuota } from "./solidarity-quota.ts";
import { spainStatic } from "./spain-static.ts";
import { switzerlandZev } from "./switzerland-zev.ts";
import { ukEnergyLocal } from "./uk-energy-local.ts";
import { usVirtualNetMetering } from "./us-virtual-net-metering.ts";

/** Every ready-made policy, by id. */
export const readyMadePolicies: readonly ReadyMadePolicy[] = [
  austriaDynamic,
  austriaStatic,
  belgiumEqual,
  belgiumFixed,
  belgiumRounds,
  brazilScee,
  franceDefault,
  franceDynamic,
  franceEqual,
  francePriority,
  franceStatic,
  germanyCascading,
  germanyConstant,
  germanyEqual,
  germanyVariable,
  italyCer,
  luxembourgPriority,
  luxembourgProrata,
  portugalFixed,
  portugalHierarchical,
  solidarityQuota,
  spainStatic,
  switzerlandZev,
  ukEnergyLocal,
  usVirtualNetMetering,
];
