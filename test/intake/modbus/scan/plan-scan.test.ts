import { expect, test } from "vitest";
import { HubError } from "../../../../hub/errors.ts";
import { planScan } from "../../../../hub/intake/modbus/scan/plan-scan.ts";

test.each([
  ["192.168.1.20", ["192.168.1.20"]],
  ["192.168.1.20/32", ["192.168.1.20"]],
  ["10.0.0.6/31", ["10.0.0.6", "10.0.0.7"]],
  ["127.0.0.0/29", ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6"]],
  ["192.168.1.77/30", ["192.168.1.77", "192.168.1.78"]],
  ["10.1.255.254/31", ["10.1.255.254", "10.1.255.255"]],
])("the hosts of %s", (subnet, hosts) => {
  expect(planScan({ subnet }).hosts).toEqual(hosts);
});

test("a /22 is the widest, without its first and last address", () => {
  const { hosts } = planScan({ subnet: "192.168.4.0/22" });
  expect(hosts).toHaveLength(1_022);
  expect([hosts[0], hosts[255], hosts[1_021]]).toEqual(["192.168.4.1", "192.168.5.0", "192.168.7.254"]);
});

test.each([
  ["nothing", {}],
  ["a /21", { subnet: "10.0.0.0/21" }],
  ["the whole world", { subnet: "0.0.0.0/0" }],
  ["a name", { subnet: "meter.local" }],
  ["IPv6", { subnet: "fe80::/64" }],
  ["an address of three numbers", { subnet: "10.1.5/24" }],
  ["a number too large", { subnet: "10.0.0.256" }],
  ["a mask too long", { subnet: "10.0.0.0/33" }],
  ["port 0", { subnet: "10.0.0.1", ports: [0] }],
  ["a hundred ports", { subnet: "10.0.0.1", ports: Array.from({ length: 100 }, (_, index) => index + 1) }],
  ["unit 256", { subnet: "10.0.0.1", units: [256] }],
  ["half a unit", { subnet: "10.0.0.1", units: [1.5] }],
  ["a baud rate of 1", { serial: ["/dev/ttyUSB0"], bauds: [1] }],
])("%s is refused", (_name, request) => {
  expect(() => planScan(request)).toThrow(
    expect.objectContaining({ code: "SCAN_TARGET_INVALID", constructor: HubError }),
  );
});

test("what is left out is what devices leave the factory with", () => {
  const plan = planScan({ subnet: "10.0.0.1", serial: ["/dev/ttyUSB0"] }, [71, 1]);
  expect(plan.ports).toEqual([502, 1502]);
  expect(plan.networkUnits).toEqual([1, 2, 3, 4, 5, 10, 71, 100, 126, 200, 240, 247]);
  expect(plan.serialUnits).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  expect(plan.lines).toHaveLength(10);
  expect(plan.lines[0]).toEqual({ path: "/dev/ttyUSB0", baud: 9_600, parity: "none" });
  expect(plan.lines.map(({ baud }) => baud)).toContain(2_400);
});

test("what is named comes once and in the order named; nobody is asked at 0 on a serial line", () => {
  const plan = planScan({ subnet: "10.0.0.1", serial: ["/dev/a", "/dev/a"], bauds: [2_400], units: [7, 0, 7] }, [1]);
  expect(plan.networkUnits).toEqual([7, 0]);
  expect(plan.serialUnits).toEqual([7]);
  expect(plan.lines).toEqual([
    { path: "/dev/a", baud: 2_400, parity: "none" },
    { path: "/dev/a", baud: 2_400, parity: "even" },
  ]);
});
