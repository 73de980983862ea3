#pragma once
#include "csystem_files.h"
