import Database from "better-sqlite3";
import mqtt from "mqtt";

/**
 * What a user would write instead of a hub: subscribe to all readings, insert each message into SQLite. The usual
 * settings: write-ahead log, and better-sqlite3's own default of a sync at checkpoints only, so that a power cut loses
 * what the broker acknowledged. `node subscriber-process.ts PORT DATABASE`
 */
const [port, path] = process.argv.slice(2);
const db = new Database(path);
db.pragma("journal_mode = WAL");
const insert = db.prepare("INSERT INTO reading (series, at, value) VALUES (?, ?, ?)");

const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { clientId: "subscriber", clean: false });
client.on("message", (_topic, payload) => {
  for (const { bn, n, t, v } of JSON.parse(payload.toString())) insert.run(bn + n, t, v);
});
client.on("connect", () => client.subscribe("readings/#", { qos: 1 }, () => process.send?.("ready")));
