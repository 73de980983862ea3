#pragma once
#include "csystem_files.h"
#include "csystem_process.h"
#include "csystem_sockets.h"
#include "csystem_terminal.h"
