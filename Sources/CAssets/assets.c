#include "CAssets.h"

// The compiler's own way to take a file in; its dependency files name what it took, so that a changed
// page is built anew.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "files/index.html"
};
static const unsigned char app_css[] = {
#embed "files/app.css"
};
static const unsigned char icon_svg[] = {
#embed "files/icon.svg"
};
static const unsigned char app_js[] = {
#embed "files/app.js"
};
static const unsigned char source_js[] = {
#embed "files/source.js"
};
static const unsigned char dom_js[] = {
#embed "files/dom.js"
};
static const unsigned char figures_js[] = {
#embed "files/figures.js"
};
static const unsigned char document_js[] = {
#embed "files/document.js"
};
static const unsigned char night_js[] = {
#embed "files/night.js"
};
static const unsigned char lineage_js[] = {
#embed "files/lineage.js"
};
static const unsigned char tables_js[] = {
#embed "files/tables.js"
};
static const unsigned char compare_js[] = {
#embed "files/compare.js"
};
static const unsigned char trials_js[] = {
#embed "files/trials.js"
};
static const unsigned char plots_js[] = {
#embed "files/plots.js"
};
static const unsigned char steer_js[] = {
#embed "files/steer.js"
};

static const unsigned char runs_js[] = {
#embed "files/runs.js"
};

#define FILE_OF(name, bytes) {name, bytes, sizeof bytes}

static const struct cassets_file files[] = {
    FILE_OF("index.html", index_html), FILE_OF("app.css", app_css),
    FILE_OF("icon.svg", icon_svg),     FILE_OF("app.js", app_js),
    FILE_OF("source.js", source_js),   FILE_OF("dom.js", dom_js),
    FILE_OF("figures.js", figures_js), FILE_OF("document.js", document_js),
    FILE_OF("night.js", night_js),     FILE_OF("lineage.js", lineage_js),
    FILE_OF("tables.js", tables_js),   FILE_OF("compare.js", compare_js),
    FILE_OF("trials.js", trials_js),   FILE_OF("plots.js", plots_js),
    FILE_OF("steer.js", steer_js),     FILE_OF("runs.js", runs_js),
};

struct cassets_file cassets_file(size_t place) {
  const struct cassets_file none = {NULL, NULL, 0};
  return place < sizeof files / sizeof *files ? files[place] : none;
}
