"""The API server as a client sees it: requests, server-side apply, and the warnings that an answer carries."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
NOT_FOUND, CONFLICT = 404, 409
FORCE = {"gracePeriodSeconds": 0, "propagationPolicy": "Background"}
TIMEOUT = 60.0

Object = dict[str, Any]


class Refused(Exception):
    """The server said no; the text is its own."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


class Answer:
    """The object that the server gave back, and what its `Warning` headers say."""

    def __init__(self, body: Object, warnings: list[str]) -> None:
        self.body, self.warnings = body, warnings


class Api:
    """One connection as an administrator."""

    def __init__(self, port: int, token: str, authority: str, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port
        self.headers = {"Authorization": f"Bearer {token}"}
        self._context = ssl.create_default_context(cafile=authority)
        self._connection: http.client.HTTPSConnection | None = None
        self._kinds: dict[tuple[str, str], Object] = {}

    def close(self) -> None:
        """End the connection; the next request opens another."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def request(self, method: str, path: str, body: str | Object | None = None, kind: str = "") -> Answer:
        """Send one request; a dict goes as JSON. Raises Refused for a status of 400 and above."""
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        headers = {**self.headers, "Content-Type": kind or "application/json"}
        answer, text = self._send(method, path, data.encode() if data else None, headers)
        parsed = json.loads(text)
        if answer.status >= http.client.BAD_REQUEST:
            raise Refused(answer.status, parsed.get("message", text.decode()))
        return Answer(parsed, [_words(header) for header in answer.headers.get_all("Warning") or []])

    def _send(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """An idle connection may have been closed by the server: such a request is sent once more."""
        for last in (False, True):
            if self._connection is None:
                self._connection = http.client.HTTPSConnection(
                    self.host, self.port, context=self._context, timeout=TIMEOUT
                )
            try:
                self._connection.request(method, path, data, headers)
                answer = self._connection.getresponse()
                return answer, answer.read()
            except (http.client.HTTPException, OSError):
                self.close()
                if last:
                    raise
        raise AssertionError("unreachable")

    def get(self, path: str) -> Object:
        """An object. Raises Refused when it is absent."""
        return self.request("GET", path).body

    def items(self, path: str) -> list[Object]:
        """The objects of a collection."""
        return list(self.get(path)["items"])

    def create(self, obj: Object) -> Object:
        """Make an object; one that is there already is left alone."""
        try:
            return self.request("POST", self.collection(obj), obj).body
        except Refused as refusal:
            if refusal.status != CONFLICT:
                raise
            return self.get(self.path(obj))

    def merge(self, path: str, change: Object) -> Object:
        """Merge a change into an object."""
        return self.request("PATCH", path, change, MERGE).body

    def delete(self, path: str, how: Object | None = None) -> None:
        """Remove an object or a collection; an absent one is no error."""
        try:
            self.request("DELETE", path, how or FORCE)
        except Refused as refusal:
            if refusal.status != NOT_FOUND:
                raise

    def apply(
        self, text: str, obj: Object, namespace: str, *, manager: str = "krmfn", force: bool = False, dry: bool = False
    ) -> Answer:
        """Server-side apply of a manifest as it was rendered, with strict field validation. Raises Refused."""
        query = f"fieldManager={manager}&fieldValidation=Strict&force={str(force).lower()}"
        path = f"{self.path(obj, namespace)}?{query}{'&dryRun=All' if dry else ''}"
        return self.request("PATCH", path, text, APPLY)

    def path(self, obj: Object, namespace: str = "default") -> str:
        """The URL path of an object; `namespace` is for one that states none."""
        return f"{self.collection(obj, namespace)}/{obj['metadata']['name']}"

    def collection(self, obj: Object, namespace: str = "default") -> str:
        """The URL path of the collection to which an object belongs, by the server's own discovery."""
        version, kind = obj["apiVersion"], obj["kind"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if (version, kind) not in self._kinds:
            for one in self.get(root)["resources"]:
                if "/" not in one["name"]:
                    self._kinds[version, one["kind"]] = one
        found = self._kinds[version, kind]
        inside = f"/namespaces/{obj['metadata'].get('namespace', namespace)}" if found["namespaced"] else ""
        return f"{root}{inside}/{found['name']}"


def _words(header: str) -> str:
    """The text of a `Warning` header: a code, an agent, and what was said in quotes (RFC 9110, once 7234)."""
    return header.split(" ", 2)[2].removeprefix('"').removesuffix('"').replace('\\"', '"')
