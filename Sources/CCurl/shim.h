#pragma once
// Without this curl_easy_setopt is a type-checking macro that the importer drops.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
