//! Cron schedules.

/// A cron expression.
#[derive(Debug, Clone)]
pub struct Cron;
