import mqttPacket from "mqtt-packet";

/** PUBLISH packets of one device, made once; only packet id, stamp and value are written anew for each message. */
export interface DeviceFrames {
  readonly bytes: number;
  /** Write the next message of this device at `offset`. Its stamp is now, or 1 ms after its last when now is taken. */
  write(into: Buffer, offset: number, packetId: number): void;
}

/** 13 digits of ms since 1970 as seconds with a decimal point; digits of a register in Wh with one decimal. */
const STAMP_SAMPLE = "1780000000.123";
const VALUE_SAMPLE = "12345678.9";

/** The topic a device publishes on, and one SenML reading of about a hundred bytes. */
export function deviceFrames(device: string): DeviceFrames {
  const topic = `readings/${device}`;
  const payload = `[{"bn":"${device}/","n":"active_energy_import","u":"Wh","t":${STAMP_SAMPLE},"v":${VALUE_SAMPLE}}]`;
  const frame = mqttPacket.generate({
    cmd: "publish",
    topic,
    payload,
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  });
  const packetIdAt = frame.indexOf(topic) + topic.length;
  const stampAt = frame.indexOf(STAMP_SAMPLE);
  const valueAt = frame.indexOf(VALUE_SAMPLE);
  let stamp = 0;
  let tenthsWh = 123_456_789;
  return {
    bytes: frame.length,
    write(into, offset, packetId) {
      frame.copy(into, offset);
      into.writeUInt16BE(packetId, offset + packetIdAt);
      stamp = Math.max(stamp + 1, Date.now());
      tenthsWh += 7;
      writeDigits(into, offset + stampAt, stamp, { digits: 13, decimals: 3 });
      writeDigits(into, offset + valueAt, tenthsWh, { digits: 9, decimals: 1 });
    },
  };
}

export function connectFrame(login: {
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
}): Buffer {
  return mqttPacket.generate({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    clientId: login.clientId,
    username: login.user,
    password: Buffer.from(login.password),
    keepalive: 0,
  });
}

export const disconnectFrame = (): Buffer => mqttPacket.generate({ cmd: "disconnect" });

/** Write a whole number as decimal text of a fixed length, with a point before its last `decimals` digits. */
function writeDigits(
  into: Buffer,
  at: number,
  value: number,
  form: { readonly digits: number; readonly decimals: number },
): void {
  let rest = value;
  for (let index = form.digits; index >= 0; index -= 1) {
    if (index === form.digits - form.decimals) {
      into[at + index] = 0x2e;
      continue;
    }
    const tens = Math.floor(rest / 10);
    into[at + index] = 0x30 + (rest - tens * 10);
    rest = tens;
  }
}
