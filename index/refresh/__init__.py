"""The staff's way: read, compare, guard, build, check, publish. Whatever fails before the switch leaves the live version as it was."""
