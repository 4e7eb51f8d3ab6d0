"""A gRPC proxy between Pants and engines that know processes only as REAPI 2.2 has them.

Usage: output_paths_proxy.py PORT TARGET [COUNTS]

Pants 2.17 lists what a process leaves behind in `output_files` and `output_directories`, which
REAPI 2.1 replaced by `output_paths`. buildbox 1.4 reads nothing else, so that it drops all outputs
without an error. REAPI 2.2 moved the platform properties from the command to the action. This
forwards every call on 127.0.0.1:PORT to TARGET, and before an `Execute` stores a copy of command
and action in the new form. Only `remote_execution_address` need name it; TARGET must be the
content-addressable storage too. It runs in BuildGrid's environment, and has neither TLS nor
credentials: keep it on loopback, as Pants is.

When it is terminated, it writes to the file COUNTS, as JSON, the calls of each method and the bytes
that were sent to and from TARGET.
"""

from __future__ import annotations

import collections
import hashlib
import json
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from buildgrid._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as reapi
from buildgrid._protos.build.bazel.remote.execution.v2.remote_execution_pb2_grpc import (
    ContentAddressableStorageStub,
)

EXECUTE = "/build.bazel.remote.execution.v2.Execution/Execute"
THREADS = 300  # Pants has up to 128 processes under way, each a stream of its own
Message = reapi.Action | reapi.Command


def with_output_paths(command: reapi.Command) -> reapi.Command:
    """The same command as REAPI 2.1 has it; one that has `output_paths` stays as it is."""
    old = [*command.output_files, *command.output_directories]
    if command.output_paths or not old:
        return command
    new = reapi.Command()
    new.CopyFrom(command)
    del new.output_files[:], new.output_directories[:]
    new.output_paths.extend(sorted(old))
    return new


class Proxy(grpc.GenericRpcHandler):
    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self.storage = ContentAddressableStorageStub(channel)
        self.counts: collections.Counter[tuple[str, str]] = collections.Counter()
        self.lock = threading.Lock()

    def count(self, method: str, what: str, amount: int) -> None:
        with self.lock:
            self.counts[method.rsplit("/", 1)[1], what] += amount

    def counted(self, messages: Iterator[bytes], method: str, what: str) -> Iterator[bytes]:
        for message in messages:
            self.count(method, what, len(message))
            yield message

    def report(self) -> str:
        found: dict[str, dict[str, int]] = {}
        for (method, what), amount in self.counts.items():
            found.setdefault(method, {})[what] = amount
        return json.dumps(found)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = details.method

        def forward(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            metadata = [
                (key, value)
                for key, value in context.invocation_metadata()
                if key == "authorization" or key.endswith("requestmetadata-bin")
            ]
            self.count(method, "calls", 1)
            try:
                if method == EXECUTE:
                    requests = iter([self.translated(request) for request in requests])
                sent = self.counted(requests, method, "sent")
                answers = self.channel.stream_stream(method)(sent, metadata=metadata)
                yield from self.counted(answers, method, "received")
            except grpc.RpcError as e:
                context.abort(e.code(), e.details())

        return grpc.stream_stream_rpc_method_handler(forward)

    def translated(self, raw: bytes) -> bytes:
        request = reapi.ExecuteRequest.FromString(raw)
        name = request.instance_name
        action = reapi.Action.FromString(self.read(name, request.action_digest))
        command = with_output_paths(
            reapi.Command.FromString(self.read(name, action.command_digest))
        )
        if not action.HasField("platform"):
            action.platform.CopyFrom(command.platform)
        action.command_digest.CopyFrom(self.write(name, command))
        request.action_digest.CopyFrom(self.write(name, action))
        return request.SerializeToString()

    def read(self, instance: str, digest: reapi.Digest) -> bytes:
        asked = reapi.BatchReadBlobsRequest(instance_name=instance, digests=[digest])
        (answer,) = self.storage.BatchReadBlobs(asked).responses
        if answer.status.code:
            raise ValueError(f"{digest.hash} cannot be read: {answer.status.message}")
        return answer.data

    def write(self, instance: str, message: Message) -> reapi.Digest:
        data = message.SerializeToString(deterministic=True)
        digest = reapi.Digest(hash=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
        asked = reapi.BatchUpdateBlobsRequest(instance_name=instance)
        asked.requests.add(digest=digest, data=data)
        (answer,) = self.storage.BatchUpdateBlobs(asked).responses
        if answer.status.code:
            raise ValueError(f"{digest.hash} cannot be stored: {answer.status.message}")
        return digest


def main() -> None:
    port, target, *counts = sys.argv[1:]
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS))
    proxy = Proxy(grpc.insecure_channel(target))
    server.add_generic_rpc_handlers([proxy])
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()
    for path in counts:
        Path(path).write_text(proxy.report())
    server.stop(None)


if __name__ == "__main__":
    main()
