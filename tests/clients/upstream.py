"""The services behind the examples: they answer as the specs say, and remember what they were asked."""

import json
from urllib.parse import parse_qs, unquote, urlsplit

from service import Answering, Service

ORDER = "00000000-0000-4000-8000-000000000001"

ALERTS = [
    {"title": "Wind", "severity": "severe", "until": "2026-01-02T06:00:00Z"},
    {"title": "Fog", "severity": "minor"},
]


def forecast(city, query):
    days = [
        {"date": f"2026-01-{day + 1:02}", "summary": "dry", "low": -1.5, "high": 4}
        for day in range(int(query["days"]))
    ]
    return {"data": {"forecast": {"summary": f"Dry in {city}", "days": days, "alerts": ALERTS[:1]}}}


def answer(method, path, query, body):
    """What is answered, or None for what there is not."""
    match method, path:
        case "GET", ["v1", "forecast", city]:
            return forecast(city, query)
        case "GET", ["v1", "alerts"]:
            severity = query.get("severity")
            return {"alerts": [alert for alert in ALERTS if severity in (None, alert["severity"])]}
        case "POST", ["v1", "reports"]:
            return {"id": f"{body['place']['city']}-1"}
        case "GET", ["v1", "stations", station]:
            return {"id": station, "temperature": 4.5}
        case "POST", ["v2", "eu-north", "orders"]:
            return {"order": {"id": ORDER, "placed_at": "2026-01-01T00:00:00Z", "total": body["lines"][0]["price"]}}
        case "GET", ["v2", "orders"]:
            return {"orders": [{"id": "1"}], "total": 1}
        case "PUT", ["v2", "orders", _, "address"]:
            return {"changed": True}
        case "DELETE", ["v2", "orders", _]:
            return {"cancelled": True}
        case "GET", ["v2", "orders", order]:
            return {"id": order}
    return None


class Upstream(Service):
    def __init__(self, key):
        self.key = key
        upstream = self

        class Handler(Answering):
            def serve(self):
                body = json.loads(self.body() or "null")
                said = "" if body is None else " " + json.dumps(body, sort_keys=True, ensure_ascii=False)
                upstream.asked.append(f"{self.command} {self.path}{said}")
                if key not in (self.headers.get("X-API-Key"), self.headers.get("Authorization", "")[len("Bearer ") :]):
                    return self.send(401, {"error": "no such key"})
                url = urlsplit(self.path)
                path = [unquote(part) for part in url.path.removeprefix("/").split("/")]
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                found = answer(self.command, path, query, body)
                return self.send(404, {"error": "not found"}) if found is None else self.send(200, found)

            do_GET = do_POST = do_PUT = do_DELETE = serve

        super().__init__(Handler)
