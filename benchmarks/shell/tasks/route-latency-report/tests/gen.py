import os
import random
import sys

UUIDS = ["3f2b8c1e-77aa-4d0b-9e55-0c1d2e3f4a5b", "3F2B8C1E-77AA-4D0B-9E55-0C1D2E3F4A5C"]
# path as requested, route
PATHS = [
    ("GET", "/orders/{n}", "GET /orders/:id"), ("GET", "/orders/{n}?expand=items", "GET /orders/:id"), ("GET", "/orders/{n}/", "GET /orders/:id"),
    ("GET", "/orders/007", "GET /orders/:id"), ("POST", "/orders", "POST /orders"), ("POST", "/orders/", "POST /orders"),
    ("GET", "/users/{u}/cart", "GET /users/:id/cart"), ("PUT", "/users/{u}/cart", "PUT /users/:id/cart"), ("GET", "/", "GET /"), ("GET", "/?from=/orders/12", "GET /"),
    ("GET", "/search?q=\\\"red shoes\\\" rt=9.999", "GET /search"), ("GET", "/search?q=1%2C2&page=3", "GET /search"),
    ("GET", "/v2/items/{n}/reviews/{n}", "GET /v2/items/:id/reviews/:id"), ("GET", "/items/12ab", "GET /items/12ab"), ("GET", "/tags/a,b", "GET /tags/a,b"),
    ("GET", "/tags/\\\"new\\\"", 'GET /tags/"new"'), ("DELETE", "/orders/{n}", "DELETE /orders/:id"), ("GET", "/Static/app.js", "GET /Static/app.js"),
    ("GET", "/static/app.js", "GET /static/app.js"), ("OPTIONS", "/orders", "OPTIONS /orders"),
    ("HEAD", "/orders", "HEAD /orders"), ("PATCH", "/orders/{n}", "PATCH /orders/:id"),
]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64)", "Shop/3.1 (\\\"beta\\\")", "curl/8.5.0", "bot \\\\ 500 rt=7.000", "not kube-probe/1.29", "-"]
BAD = ['198.51.100.9 - - [12/May/2024:07:00:01 +0000] "-" 400 0 "-" "-" rt=0.000 urt="-"',
       '198.51.100.9 - - [12/May/2024:07:00:02 +0000] "\\x16\\x03\\x01" 400 157 "-" "-" rt=0.120 urt="-"',
       '198.51.100.9 - - [12/May/2024:07:00:03 +0000] "GET /orders/55 HTTP/1.1" 200 53',
       '198.51.100.9 - - [12/May/2024:07:00:04 +0000] "get /orders/55 HTTP/1.1" 400 157 "-" "-" rt=0.001 urt="-"',
       '198.51.100.9 - - [12/May/2024:07:00:05 +0000] "CONNECT example.org:443 HTTP/1.1" 405 157 "-" "-" rt=0.001 urt="-"', '',
       '198.51.100.9 - - [12/May/2024:07:00:06 +0000] "GET /orders/56 HTTP/1.1" 200 5316 "-" "curl/8.5.0" rt=0.1']


def build():
    """(lines, routes: route -> [requests, errors, [ms...]], bad lines)"""
    rng = random.Random(512)
    lines, routes, bad = [], {}, []
    plan = []
    for i in range(len(PATHS)):
        plan += [i] * [40, 25, 15, 5, 20, 20, 60, 19, 21, 20, 17, 23, 37, 1, 2, 3, 7, 4, 4, 2, 20, 40][i]
    rng.shuffle(plan)
    for k, i in enumerate(plan):
        method, path, route = PATHS[i]
        path = path.replace("{n}", str(rng.randrange(1, 99999))).replace("{u}", rng.choice(UUIDS))
        status = rng.choice([200] * 12 + [201, 304, 404, 404, 499, 499, 500, 502, 503])
        if method == "OPTIONS":
            status = 499
        if method in ("HEAD", "PATCH"):
            status = 200
        ms = min(int(rng.lognormvariate(4.6, 1.3)), 59999) if status != 499 else rng.randrange(20000, 60000)
        probe = rng.random() < 0.06 and method not in ("HEAD", "PATCH")
        agent = "kube-probe/1.29" if probe else rng.choice(AGENTS)
        ip = rng.choice(["203.0.113.%d" % rng.randrange(1, 250), "2001:db8::%x" % rng.randrange(1, 4000)])
        ref = rng.choice(["-", "https://shop.example/a?b=\\\"c\\\" HTTP/1.1"])
        urt = rng.choice(["-", "%.3f" % (ms / 2000), "0.120, 0.060"])
        lines.append(f'{ip} - {rng.choice(["-", "jo ann"])} [12/May/2024:{6 + k * 17 // 900 % 18:02}:{k % 60:02}:{k * 7 % 60:02} +0000] "{method} {path} HTTP/{rng.choice(["1.1", "2.0"])}" '
                     f'{status} {rng.randrange(0, 90000)} "{ref}" "{agent}" rt={ms // 1000}.{ms % 1000:03} urt="{urt}"')
        if not probe:
            r = routes.setdefault(route, [0, 0, []])
            r[0] += 1
            r[1] += 500 <= status <= 599
            if status != 499:
                r[2].append(ms)
        if k % 50 == 20:
            lines.append(BAD[k // 50 % len(BAD)])
            bad.append(lines[-1])
    return lines, routes, bad


def files():
    return {"access.log": ("\n".join(build()[0]) + "\n").encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
