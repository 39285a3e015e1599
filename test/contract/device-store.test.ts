import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Device, DeviceStore } from "../../hub/members/device.ts";
import { memoryDeviceStore } from "../../hub/store/memory/device-store.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteDeviceStore } from "../../hub/store/sqlite/device-store.ts";

const adapters: Readonly<Record<string, () => DeviceStore>> = {
  memory: memoryDeviceStore,
  sqlite: () => sqliteDeviceStore(openBooks(join(mkdtempSync(join(tmpdir(), "millrace-books-")), "books.db"))),
};
const meter: Device = { id: "meter", profile: "eastron-sdm630", modbus: { serial: "/dev/ttyUSB0", unit: 3 } };
const plug: Device = { id: "dryer", mqtt: { dialect: "tasmota", topic: "dryer" }, rated_w: 2_500 };

describe.each(Object.entries(adapters))("device store: %s", (_name, open) => {
  let store: DeviceStore;
  beforeEach(() => {
    store = open();
  });

  test("documents come back as they were saved, by id, with who wrote them", async () => {
    await store.save(meter, "anna", 1);
    await store.save(plug, "ben", 2);
    expect(await store.list()).toEqual([
      { device: plug, by: "ben", at_ms: 2 },
      { device: meter, by: "anna", at_ms: 1 },
    ]);
  });

  test("the newest document of a device counts", async () => {
    await store.save(meter, "anna", 1);
    await store.save({ ...meter, turned: true }, "ben", 2);
    expect(await store.list()).toEqual([{ device: { ...meter, turned: true }, by: "ben", at_ms: 2 }]);
  });

  test("a removed device is gone, can be removed once, and can come back", async () => {
    await store.save(meter, "anna", 1);
    expect(await store.remove("meter", "ben", 2)).toBe(true);
    expect(await store.remove("meter", "ben", 3)).toBe(false);
    expect(await store.remove("stranger", "ben", 3)).toBe(false);
    expect(await store.list()).toEqual([]);
    await store.save(meter, "anna", 4);
    expect(await store.list()).toHaveLength(1);
  });
});

test("what was registered stays in the books, whatever replaced it", async () => {
  const db = openBooks(join(mkdtempSync(join(tmpdir(), "millrace-books-")), "books.db"));
  const store = sqliteDeviceStore(db);
  await store.save(meter, "anna", 1);
  await store.remove("meter", "ben", 2);
  expect(db.prepare("SELECT id, author, at_ms FROM device ORDER BY seq").all()).toEqual([
    { id: "meter", author: "anna", at_ms: 1 },
    { id: "meter", author: "ben", at_ms: 2 },
  ]);
  expect(() => db.exec("DELETE FROM device")).toThrow(/append-only/);
});
