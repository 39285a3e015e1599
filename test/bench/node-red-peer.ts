import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { loginsOf, planClients } from "./generator.ts";
import { stopProcess } from "./hub-process.ts";
import type { IntakeTarget } from "./intake-target.ts";
import { awaitPort, freePort, startMosquitto } from "./mosquitto-process.ts";
import { makeReadingTable } from "./subscriber-peer.ts";

const PACKAGES = ["node-red", "node-red-node-sqlite"];
const INSTALL_PATIENCE_MS = 600_000;
const START_PATIENCE_MS = 60_000;
/** Between the editor's port being open and the flow's being subscribed. */
const SUBSCRIBE_MS = 3_000;

/** Install Node-RED beside the databases, once; returns its folder. @throws Error when npm cannot */
export function installNodeRed(cache: string, note: (text: string) => void): string {
  const folder = join(cache, "node-red");
  if (!existsSync(join(folder, "node_modules", "node-red-node-sqlite"))) {
    note(`installing ${PACKAGES.join(" and ")} into ${folder}, once`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), `${JSON.stringify({ private: true })}\n`);
    execFileSync("npm", ["install", "--no-audit", "--no-fund", ...PACKAGES], {
      cwd: folder,
      stdio: "ignore",
      timeout: INSTALL_PATIENCE_MS,
    });
  }
  const { version } = JSON.parse(readFileSync(join(folder, "node_modules/node-red/package.json"), "utf8")) as {
    version: string;
  };
  note(`Node-RED ${version}`);
  return folder;
}

export interface NodeRedOptions {
  /** Where `installNodeRed` put it. */
  readonly installed: string;
  readonly clients: number;
  /** "each insert" is what the sqlite node does by itself; "at checkpoints" loses the newest readings with the power. */
  readonly syncs: "each insert" | "at checkpoints";
}

/** mosquitto, and Node-RED with the flow a user would draw: mqtt in -> function -> sqlite. */
export async function startNodeRedPeer(
  folder: string,
  { installed, clients, syncs }: NodeRedOptions,
): Promise<IntakeTarget> {
  const database = makeReadingTable(join(folder, "node-red.db"));
  const mosquitto = await startMosquitto(folder);
  const user = join(folder, "node-red-user");
  mkdirSync(user, { recursive: true });
  const port = await freePort();
  writeFileSync(join(user, "flows.json"), JSON.stringify(drawFlow(mosquitto.port, database.path, syncs)));
  writeFileSync(
    join(user, "settings.js"),
    `module.exports = ${JSON.stringify({ uiPort: port, uiHost: "127.0.0.1", flowFile: "flows.json", nodesDir: [join(installed, "node_modules/node-red-node-sqlite")], telemetry: { enabled: false } })};\n`,
  );
  const child = spawn(process.execPath, [join(installed, "node_modules/node-red/red.js"), "--userDir", user], {
    stdio: "ignore",
  });
  await awaitPort(port, child, START_PATIENCE_MS);
  await wait(SUBSCRIBE_MS);
  return {
    name: `mosquitto + Node-RED -> SQLite, synced ${syncs}`,
    port: mosquitto.port,
    logins: loginsOf(planClients(clients)),
    pids: [mosquitto.pid, child.pid ?? Number.NaN],
    storedMessages: database.count,
    async stop() {
      await stopProcess(child);
      await mosquitto.stop();
      database.close();
    },
  };
}

function drawFlow(brokerPort: number, database: string, syncs: NodeRedOptions["syncs"]): readonly object[] {
  const sqlite = { type: "sqlite", z: "tab", mydb: "db", wires: [[]] };
  return [
    { id: "tab", type: "tab", label: "readings" },
    {
      id: "broker",
      type: "mqtt-broker",
      broker: "127.0.0.1",
      port: String(brokerPort),
      clientid: "node-red",
      protocolVersion: "4",
      keepalive: "60",
      cleansession: false,
    },
    { id: "db", type: "sqlitedb", db: database, mode: "RWC" },
    {
      id: "in",
      type: "mqtt in",
      z: "tab",
      topic: "readings/#",
      qos: "1",
      datatype: "json",
      broker: "broker",
      wires: [["make"]],
    },
    {
      id: "make",
      type: "function",
      z: "tab",
      func: "const [r] = msg.payload;\nmsg.params = { $series: r.bn + r.n, $at: r.t, $value: r.v };\nreturn msg;",
      outputs: 1,
      wires: [["insert"]],
    },
    {
      ...sqlite,
      id: "insert",
      sqlquery: "prepared",
      sql: "INSERT INTO reading (series, at, value) VALUES ($series, $at, $value)",
    },
    // Once, at the start of the flow, on the one connection all sqlite nodes share.
    { id: "once", type: "inject", z: "tab", once: true, onceDelay: 0.1, repeat: "", props: [], wires: [["pragma"]] },
    {
      ...sqlite,
      id: "pragma",
      sqlquery: "fixed",
      sql: `PRAGMA synchronous = ${syncs === "each insert" ? "FULL" : "NORMAL"}`,
    },
  ];
}
