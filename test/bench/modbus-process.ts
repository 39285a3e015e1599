import { join } from "node:path";
import { startModbusIntake } from "../../hub/intake/modbus/modbus-intake.ts";
import { silentLog } from "../../hub/log.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { systemClock } from "../../hub/units.ts";
import { benchMeter } from "./modbus-meter.ts";

/** The hub's side of the Modbus bench: poller and store, as in the hub. `node modbus-process.ts FOLDER PORT...` */

/** What a hub on an SD card ships with. */
const WINDOW_MS = 1_000;

const [folder = ".", ...ports] = process.argv.slice(2);
const store = await openSqliteSeriesStore(join(folder, "readings.db"), { windowMs: WINDOW_MS });
const intake = startModbusIntake({
  devices: ports.map((port, index) => ({
    id: `meter-${index}`,
    profile: benchMeter.name,
    modbus: { host: "127.0.0.1", port: Number(port) },
  })),
  findProfile: () => benchMeter,
  store,
  clock: systemClock,
  log: silentLog,
});
process.on("message", async () => {
  const { readings } = await store.counts();
  const failures = intake.health().reduce((sum, health) => sum + health.failures, 0);
  process.send?.({ readings, failures });
});
process.on("disconnect", async () => {
  await intake.close();
  await store.close();
});
process.send?.("ready");
