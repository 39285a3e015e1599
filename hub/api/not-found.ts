import { HubError } from "../errors.ts";

/** @param where where to look for what there is */
export function notFound(what: string, where: string): HubError {
  return new HubError("NOT_FOUND", `there is no ${what}`, { remedy: `See ${where} for what there is.` });
}
