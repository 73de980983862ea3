#include "ctoml.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#include <toml++/toml.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

namespace {

void quote(std::string &out, std::string_view text) {
  out += '"';
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      out += escaped;
    } else {
      out += static_cast<char>(c);
    }
  }
  out += '"';
}

void place(std::string &out, const toml::source_position &at) {
  out += ",\"l\":" + std::to_string(at.line) + ",\"c\":" + std::to_string(at.column);
}

void write(std::string &out, const toml::node &node) {
  out += "{\"t\":";
  if (auto table = node.as_table()) {
    out += "\"table\",\"v\":{";
    bool first = true;
    for (auto &&[key, value] : *table) {
      if (!first) out += ',';
      first = false;
      quote(out, key.str());
      out += ":{\"k\":" + std::to_string(key.source().begin.line) + ",\"n\":";
      write(out, value);
      out += '}';
    }
    out += '}';
  } else if (auto array = node.as_array()) {
    out += "\"array\",\"v\":[";
    bool first = true;
    for (auto &&value : *array) {
      if (!first) out += ',';
      first = false;
      write(out, value);
    }
    out += ']';
  } else if (auto text = node.as_string()) {
    out += "\"string\",\"v\":";
    quote(out, text->get());
  } else if (auto whole = node.as_integer()) {
    out += "\"integer\",\"v\":" + std::to_string(whole->get());
  } else if (auto real = node.as_floating_point()) {
    double value = real->get();
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.17g", std::isfinite(value) ? value : 0.0);
    out += std::isfinite(value) ? "\"float\",\"v\":" : "\"nonfinite\",\"v\":";
    out += digits;
  } else if (auto flag = node.as_boolean()) {
    out += "\"boolean\",\"v\":";
    out += flag->get() ? "true" : "false";
  } else {
    std::ostringstream shown;
    if (auto date = node.as_date()) shown << date->get();
    if (auto time = node.as_time()) shown << time->get();
    if (auto both = node.as_date_time()) shown << both->get();
    out += "\"datetime\",\"v\":";
    quote(out, shown.str());
  }
  place(out, node.source().begin);
  out += '}';
}

}  // namespace

extern "C" char *ctoml_to_json(const char *text, unsigned long length) {
  std::string out;
  auto parsed = toml::parse(std::string_view(text, length));
  if (parsed) {
    write(out, parsed.table());
  } else {
    out = "{\"error\":";
    quote(out, parsed.error().description());
    place(out, parsed.error().source().begin);
    out += '}';
  }
  char *result = static_cast<char *>(std::malloc(out.size() + 1));
  if (result) std::memcpy(result, out.c_str(), out.size() + 1);
  return result;
}

extern "C" void ctoml_free(char *json) { std::free(json); }
