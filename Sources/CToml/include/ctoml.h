#pragma once
#ifdef __cplusplus
extern "C" {
#endif

/// Reads a TOML document and returns it as JSON text in which every value is an object
/// {"t": type, "v": value, "l": line, "c": column}; a fault is {"error": text, "l": line, "c": column}.
/// The caller frees the result with ctoml_free. NULL only when memory is out.
char *ctoml_to_json(const char *text, unsigned long length);
void ctoml_free(char *json);

#ifdef __cplusplus
}
#endif
