//! The built front end as compressed bytes
