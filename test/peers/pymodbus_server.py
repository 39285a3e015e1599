"""A Modbus server of pymodbus that serves an image.

    pymodbus_server.py tcp HOST PORT      port 0 takes a free one
    pymodbus_server.py serial PATH BAUD

The image comes as JSON on standard input: unit -> table (holding, input, coil, discrete) -> first address -> values.
Prints "ready PORT" (0 for a serial line) when it answers. Registers outside the image are "illegal data address"; units
outside it do not answer on a serial line.
"""
import asyncio
import json
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

TABLES = {"holding": "hr", "input": "ir", "coil": "co", "discrete": "di"}


def block_of(runs):
    values = {int(start) + offset: value for start, run in runs.items() for offset, value in enumerate(run)}
    # An empty block would let pymodbus make one that has every address.
    return ModbusSparseDataBlock(values or {65535: 0})


def context_of(image):
    slaves = {
        int(unit): ModbusSlaveContext(
            zero_mode=True, **{short: block_of(tables.get(table, {})) for table, short in TABLES.items()}
        )
        for unit, tables in image.items()
    }
    return ModbusServerContext(slaves=slaves, single=False)


async def serve_tcp(context, host, port):
    server = ModbusTcpServer(context, framer=ModbusSocketFramer, address=(host, int(port)))
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print("ready", server.server.sockets[0].getsockname()[1], flush=True)
    await serving


async def serve_serial(context, path, baud):
    server = ModbusSerialServer(
        context, framer=ModbusRtuFramer, port=path, baudrate=int(baud), ignore_missing_slaves=True
    )
    await server.start()
    print("ready", 0, flush=True)
    await server.serve_forever()


def main():
    how, *where = sys.argv[1:]
    context = context_of(json.load(sys.stdin))
    asyncio.run(serve_tcp(context, *where) if how == "tcp" else serve_serial(context, *where))


main()
