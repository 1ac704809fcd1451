//! Ids, names, limits, codes and times every other crate speaks in
