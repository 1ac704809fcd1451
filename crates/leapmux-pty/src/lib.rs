//! Processes and screens: PTYs, child processes, process groups and the screen model
