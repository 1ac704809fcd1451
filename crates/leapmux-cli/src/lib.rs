//! Every command of the leapmux program
