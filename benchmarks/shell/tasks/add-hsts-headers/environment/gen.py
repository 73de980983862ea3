import os

FILES = {
    "nginx.conf": r'''# main configuration
worker_processes 2;
events { worker_connections 512; }

http {
    log_format main '$remote_addr "$request" {$status} #ok';
    add_header X-Frame-Options SAMEORIGIN;   # for all; see ticket 88
    include shared/gzip.conf;
    include sites/*.conf;

    # server { listen 443 ssl; } was here
    server {
        listen 80 default_server;
        return 301 https://$host$request_uri;
    }
}
''',
    "shared/gzip.conf": '''gzip on;
gzip_types text/css;
''',
    "shared/headers.conf": '''add_header X-Content-Type-Options nosniff;
add_header Referrer-Policy "no-referrer; {strict}";
''',
    "shared/errors.conf": '''location = /50x.html {
    root /srv/errors;
}
location = /404.html {
    add_header X-Error "not found";
    root /srv/errors;
}
''',
    "sites/10-www.conf": r'''# the shop window
server {
    listen 443 ssl http2;
    server_name www.press.example;
    include shared/headers.conf;

    if ($host = press.example) {
        return 301 https://www.press.example$request_uri;
    }

    location / {
        root /srv/www;
        location ~ "^/archive/\d{4}/[^}]+$" {
            add_header Cache-Control "public; max-age=600";
            if ($args ~ "draft") {
                add_header X-Robots-Tag noindex;
            }
        }
        location /plain/ { expires 1h; }
    }
    location /api/ {
        # add_header Strict-Transport-Security "max-age=1";
        add_header X-Api "v2 # stable";
        proxy_pass http://127.0.0.1:8080;
    }
    location /feeds/ {
        if ($http_user_agent ~ bot) { set $slow 1; }
        expires 5m;
    }
}
''',
    "sites/20-plain.conf": '''server {
    listen 8080;
    server_name mirror.press.example;
    include snippets/static.conf;
    location /ssl/ {
        add_header X-Note "listen 443 ssl;";
    }
}
''',
    "sites/30-auth.conf": '''server {
    listen [::]:443 ssl;
    server_name login.press.example;
    add_header strict-transport-security "max-age=60";
    location / {
        proxy_pass http://127.0.0.1:9000;
    }
    location /logout {
        add_header Clear-Site-Data '"cookies"';
        add_header Strict-Transport-Security "max-age=31536000" always;
    }
    location /old {
        add_header STRICT-TRANSPORT-SECURITY "max-age=31536000";
        add_header X-Old yes;
    }
}
server { listen 80; server_name login.press.example; location / { return 301 https://$host/; } }
''',
    "sites/40-media.conf": '''server {
    listen 127.0.0.1:8443
        ssl;
    server_name media.press.example;
    location /img/ {
        include snippets/static-tls.conf;
    }
    location /video/ {
        mp4;
        include snippets/static.conf;
    }
    include sites/media/*.inc;
}
''',
    "sites/media/cover.inc": '''location /covers/ {
    add_header X-Cover 1;
}
''',
    "sites/50-off.conf.bak": '''server {
    listen 443 ssl;
}
''',
    "sites/60-both.conf": '''server {
    listen 80;
    listen 443;   # ssl comes later
    server_name both.press.example;
    location / {
        add_header X-Both "ssl";
    }
}
''',
    "snippets/static.conf": '''expires 1d;
add_header X-Static 1;
''',
    "snippets/static-tls.conf": '''expires 7d;
add_header X-Static tls;
''',
}


def main():
    for name, content in FILES.items():
        full = "/app/nginx/" + name
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w") as file:
            file.write(content)
        os.chmod(full, 0o640 if name.startswith("sites") else 0o644)


if __name__ == "__main__":
    main()
