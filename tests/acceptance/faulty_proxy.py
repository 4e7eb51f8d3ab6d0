"""A gRPC proxy that injects the faults a remote cache can have. Runs in BuildGrid's environment.

Usage: faulty_proxy.py PORT TARGET CONTROL

Forwards every call on 127.0.0.1:PORT to TARGET, after CONTROL, a file that holds one JSON object
and is read at each call:

    delay   seconds before each call is forwarded (0 where it is absent)
    fault   absent, or one of
            corrupt    each downloaded blob has its first byte changed
            digests    action results name blobs that the server does not have
            other      action results are those of the first lookups that hit, in order
            exhausted  uploads fail with RESOURCE_EXHAUSTED
            die        the proxy ends at the first download
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from buildgrid._protos.build.bazel.remote.execution.v2.remote_execution_pb2 import ActionResult
from buildgrid._protos.google.bytestream.bytestream_pb2 import ReadResponse

LOOKUP = "/build.bazel.remote.execution.v2.ActionCache/GetActionResult"
DOWNLOAD = "/google.bytestream.ByteStream/Read"
UPLOADS = (
    "/build.bazel.remote.execution.v2.ActionCache/UpdateActionResult",
    "/build.bazel.remote.execution.v2.ContentAddressableStorage/BatchUpdateBlobs",
    "/google.bytestream.ByteStream/Write",
)


class Proxy(grpc.GenericRpcHandler):
    def __init__(self, channel: grpc.Channel, control: Path) -> None:
        self.channel = channel
        self.control = control
        self.lock = threading.Lock()
        self.hits: list[bytes] = []
        self.replayed = 0

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = details.method

        def forward(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            asked = json.loads(self.control.read_text())
            fault = asked.get("fault", "")
            time.sleep(asked.get("delay", 0))
            if fault == "exhausted" and method in UPLOADS:
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "injected: out of space")
            if fault == "die" and method == DOWNLOAD:
                os._exit(1)
            if fault == "other" and method == LOOKUP:
                with self.lock:
                    self.replayed += 1
                    yield self.hits[(self.replayed - 1) % len(self.hits)]
                return
            metadata = [(k, v) for k, v in context.invocation_metadata() if k == "authorization"]
            try:
                for answer in self.channel.stream_stream(method)(requests, metadata=metadata):
                    if method == LOOKUP and not fault:
                        with self.lock:
                            self.hits.append(answer)
                    yield changed(answer, method, fault)
            except grpc.RpcError as e:
                context.abort(e.code(), e.details())

        return grpc.stream_stream_rpc_method_handler(forward)


def changed(answer: bytes, method: str, fault: str) -> bytes:
    if fault == "corrupt" and method == DOWNLOAD:
        blob = ReadResponse.FromString(answer)
        blob.data = bytes([blob.data[0] ^ 1]) + blob.data[1:] if blob.data else b""
        return blob.SerializeToString()
    if fault == "digests" and method == LOOKUP:
        result = ActionResult.FromString(answer)
        absent = "0" * 64
        result.stdout_digest.hash = absent
        for folder in result.output_directories:
            folder.tree_digest.hash = absent
        return result.SerializeToString()
    return answer


def main() -> None:
    port, target, control = sys.argv[1:]
    server = grpc.server(ThreadPoolExecutor(max_workers=300))
    server.add_generic_rpc_handlers([Proxy(grpc.insecure_channel(target), Path(control))])
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
