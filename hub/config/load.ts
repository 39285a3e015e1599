import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { dialects } from "../decode/dialects/catalogue.ts";
import { profileNames } from "../decode/profiles/catalogue.ts";
import { HubError } from "../errors.ts";
import { checkCommunity } from "../members/check-community.ts";
import { checkDevices } from "../members/check-device.ts";
import { type BrokerClientConfig, checkBrokerClient } from "./broker-client-schema.ts";
import type { DocumentProblem } from "./check-shape.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readYaml } from "./read-yaml.ts";
import { type Config, ConfigSchema } from "./schema.ts";

/** Taken from the current folder when no file is named and this one is there. */
export const CONFIG_FILE = "millrace.yaml";

/**
 * Read, check and freeze a config. Pure.
 * @param fileName as the reader knows it; it opens every message
 * @throws HubError CONFIG_INVALID with every problem of the file, or NOT_LOOPBACK when the pages would be open to all
 */
export function parseConfig(text: string, fileName: string): Config {
  const config = readYaml(text, fileName, ConfigSchema, "CONFIG_INVALID", findConfigProblems);
  if (!isLoopback(config.web.host)) {
    const line = parseYaml(text).lineOf(["web", "host"]);
    throw new HubError(
      "NOT_LOOPBACK",
      `${fileName}:${line}: web.host must be a loopback address until there are logins, found "${config.web.host}"`,
      { remedy: "Write 127.0.0.1, and reach the page from elsewhere through an SSH tunnel." },
    );
  }
  return freezeDeeply(config);
}

/**
 * @param path of the config file; `undefined` takes millrace.yaml of the current folder when it is there, else defaults
 * @returns the config, with every path in it as an absolute one
 * @throws HubError CONFIG_NOT_FOUND for a named file that cannot be read, CONFIG_INVALID or NOT_LOOPBACK
 */
export function loadConfig(path: string | undefined): Config {
  const file = path ?? CONFIG_FILE;
  const text = path === undefined && !existsSync(CONFIG_FILE) ? "" : readConfigFile(file);
  const config = parseConfig(text, file);
  const fromFile = (path: string) => resolve(dirname(file), path);
  const { broker_client } = config;
  return freezeDeeply({
    ...config,
    data: fromFile(config.data),
    ...(broker_client !== undefined && { broker_client: withPaths(broker_client, fromFile) }),
  });
}

function withPaths(client: BrokerClientConfig, fromFile: (path: string) => string): BrokerClientConfig {
  const { password_file, ca_file } = client;
  return {
    ...client,
    ...(password_file !== undefined && { password_file: fromFile(password_file) }),
    ...(ca_file !== undefined && { ca_file: fromFile(ca_file) }),
  };
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function findConfigProblems({ community, broker_client, devices }: Config): readonly DocumentProblem[] {
  const ofCommunity = community === undefined ? [] : checkCommunity(community);
  return [
    ...(broker_client === undefined ? [] : checkBrokerClient(broker_client)),
    ...checkDevices(devices, { profiles: profileNames, dialects: dialects.map(({ name }) => name) }).map((problem) => ({
      ...problem,
      path: ["devices", ...problem.path],
    })),
    ...ofCommunity.map((problem) => ({ ...problem, path: ["community", ...problem.path] })),
  ];
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new HubError("CONFIG_NOT_FOUND", `cannot read the config file ${file}`, {
      cause,
      remedy: `Check the path given to --config; without it, ./${CONFIG_FILE} or the defaults are used.`,
    });
  }
}

function freezeDeeply<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freezeDeeply(inner);
  return Object.freeze(value);
}
