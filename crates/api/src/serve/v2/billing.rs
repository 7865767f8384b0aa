//! Sums of the ledger per span of time. The ledger's own function splits an entry at a boundary, and each
//! sum is rounded once, when it is written.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Timelike, Utc};
use domain::{Money, PodId, Timestamp, VolumeId};
use engine::state::{LedgerEntry, Resource, Subject};

use super::super::context::Context;
use super::super::params::wrong;
use super::super::{Prepared, ledger};
use crate::v2::Usd;
use crate::v2::billing::{
    Amounts, Billing, BillingMetadata, BillingQuery, BillingRecord, BucketSize, PodAmounts, PodBilling,
    PodBillingMetadata, PodBillingQuery, PodBillingRecord, VolumeAmounts, VolumeBilling,
    VolumeBillingMetadata, VolumeBillingQuery, VolumeBillingRecord,
};
use crate::{Problem, ProblemCode};

/// Days that are shown when nobody says.
const DEFAULT_DAYS: i64 = 30;
/// Most spans of one answer: a year of hours.
const BUCKETS_MAX: usize = 8_784;

/// Charges by what they are for; positive, unlike the ledger's lines.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    gpu: Money,
    cpu: Money,
    disk: Money,
    volume: Money,
}

impl Sums {
    fn add(&mut self, resource: Resource, charge: Money) {
        match resource {
            Resource::PodGpu => self.gpu += charge,
            Resource::PodCpu => self.cpu += charge,
            Resource::ContainerDisk | Resource::PodVolume => self.disk += charge,
            Resource::NetworkVolume => self.volume += charge,
            Resource::Credit => {}
        }
    }

    fn amounts(self) -> Amounts {
        Amounts {
            total_amount: Usd(self.gpu + self.cpu + self.disk + self.volume),
            pod_gpu_amount: Usd(self.gpu),
            pod_cpu_amount: Usd(self.cpu),
            pod_disk_amount: Usd(self.disk),
            storage_standard_amount: Usd(self.volume),
            ..Amounts::default()
        }
    }

    fn of_pod(self) -> PodAmounts {
        PodAmounts {
            total_amount: Usd(self.gpu + self.cpu + self.disk),
            gpu_amount: Usd(self.gpu),
            cpu_amount: Usd(self.cpu),
            disk_amount: Usd(self.disk),
        }
    }

    fn of_volume(self) -> VolumeAmounts {
        VolumeAmounts {
            total_amount: Usd(self.volume),
            standard_amount: Usd(self.volume),
            high_performance_amount: Usd::ZERO,
        }
    }
}

/// The asked time, aligned to spans.
struct Window {
    size: BucketSize,
    /// Where each span begins, and where the last one ends.
    bounds: Vec<Timestamp>,
}

impl Window {
    fn read(context: &Context<'_>) -> Result<Self, Problem> {
        const TIME: &str = "an RFC 3339 time such as 2026-11-22T00:00:00Z";
        let params = &context.params;
        let sizes = [
            ("hour", BucketSize::Hour),
            ("day", BucketSize::Day),
            ("week", BucketSize::Week),
            ("month", BucketSize::Month),
            ("year", BucketSize::Year),
        ];
        let size = params.word("bucketSize", &sizes)?.unwrap_or(BucketSize::Day);
        let start: Option<Timestamp> = params.read("startTime", TIME)?;
        let end: Option<Timestamp> = params.read("endTime", TIME)?;
        let last: Option<usize> = params.read("lastN", "a whole number, 1 or more")?;
        let now = context.now;
        let (start, end) = match last {
            Some(_) if start.is_some() || end.is_some() => {
                let detail = "`lastN` and a time range exclude each other.";
                return Err(Problem::new(ProblemCode::RuleBroken, detail)
                    .field("lastN")
                    .next("Send one of them and leave the other out."));
            }
            Some(0) => return Err(wrong("lastN", "a whole number, 1 or more")),
            Some(count) if count > BUCKETS_MAX => return Err(too_many("lastN")),
            Some(count) => {
                let back = (1..count).fold(floor(now, size), |it, _| floor(it - 1, size));
                (back, now + 1)
            }
            None => {
                let end = end.unwrap_or(now);
                (start.unwrap_or(end.plus_hours(-24 * DEFAULT_DAYS)), end)
            }
        };
        if end <= start {
            return Err(wrong("endTime", "a time after `startTime`"));
        }
        let mut bounds = vec![floor(start, size)];
        while let Some(last) = bounds.last().copied().filter(|it| *it < end) {
            if bounds.len() > BUCKETS_MAX {
                return Err(too_many("bucketSize"));
            }
            bounds.push(next(last, size));
        }
        Ok(Self { size, bounds })
    }

    fn start(&self) -> Timestamp {
        self.bounds[0]
    }

    fn end(&self) -> Timestamp {
        self.bounds[self.bounds.len() - 1]
    }

    fn span(&self, index: usize) -> (Timestamp, Timestamp) {
        (self.bounds[index], self.bounds[index + 1])
    }
}

fn too_many(field: &str) -> Problem {
    Problem::new(
        ProblemCode::LimitExceeded,
        format!("An answer has at most {BUCKETS_MAX} spans."),
    )
    .field(field)
    .next("Ask for a shorter time or longer spans.")
    .with("limit", "spans")
    .with("max", BUCKETS_MAX)
}

fn civil(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH)
}

fn at_day(day: NaiveDate) -> Timestamp {
    Timestamp::from_millis(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}

/// Where the span begins that a moment is in.
fn floor(at: Timestamp, size: BucketSize) -> Timestamp {
    let moment = civil(at);
    let day = moment.date_naive();
    match size {
        BucketSize::Hour => at_day(day).plus_hours(i64::from(moment.hour())),
        BucketSize::Day => at_day(day),
        BucketSize::Week => {
            let back = Days::new(u64::from(day.weekday().num_days_from_monday()));
            at_day(day.checked_sub_days(back).unwrap_or(day))
        }
        BucketSize::Month => at_day(day.with_day(1).unwrap_or(day)),
        BucketSize::Year => at_day(NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day)),
    }
}

/// Where the span after the one that begins here begins. Always later, so that every range ends.
fn next(start: Timestamp, size: BucketSize) -> Timestamp {
    let day = civil(start).date_naive();
    let months = |count| day.checked_add_months(Months::new(count)).map(at_day);
    let found = match size {
        BucketSize::Hour => None,
        BucketSize::Day => day.checked_add_signed(TimeDelta::days(1)).map(at_day),
        BucketSize::Week => day.checked_add_signed(TimeDelta::days(7)).map(at_day),
        BucketSize::Month => months(1),
        BucketSize::Year => months(12),
    };
    found.unwrap_or_else(|| start.plus_hours(1))
}

/// Sums by span and by what `key` takes from an entry; entries it takes nothing from are left out.
fn sums<K: Ord + Copy>(
    context: &Context<'_>,
    window: &Window,
    key: impl Fn(&LedgerEntry) -> Option<K>,
) -> BTreeMap<(usize, K), Sums> {
    let mut found: BTreeMap<(usize, K), Sums> = BTreeMap::new();
    let inside = |it: &&LedgerEntry| {
        it.resource != Resource::Credit
            && it.from < window.end()
            && it.to > window.start()
            && it.minutes.0 > 0
    };
    for entry in context
        .fleet
        .ledger(context.principal.account_id)
        .iter()
        .filter(inside)
    {
        let Some(key) = key(entry) else { continue };
        let mut minute = 0;
        while minute < entry.minutes.0 {
            let at = entry.from.plus_minutes(minute.cast_signed());
            let index = window.bounds.partition_point(|it| *it <= at);
            let end = window
                .bounds
                .get(index)
                .copied()
                .unwrap_or(entry.to)
                .min(entry.to);
            let count = Timestamp::boundaries(at, end).0.max(1);
            if (1..window.bounds.len()).contains(&index) {
                let whole = count == entry.minutes.0;
                let amount = if whole {
                    entry.amount
                } else {
                    ledger::amount(entry, minute, count)
                };
                found
                    .entry((index - 1, key))
                    .or_default()
                    .add(entry.resource, -amount);
            }
            minute += count;
        }
    }
    found
}

fn total<K>(sums: &BTreeMap<(usize, K), Sums>) -> Sums {
    sums.values().fold(Sums::default(), |all, it| Sums {
        gpu: all.gpu + it.gpu,
        cpu: all.cpu + it.cpu,
        disk: all.disk + it.disk,
        volume: all.volume + it.volume,
    })
}

pub(in super::super) fn summary(context: &Context<'_>) -> Result<Prepared, Problem> {
    let window = Window::read(context)?;
    let sums = sums(context, &window, |_| Some(()));
    let records: Vec<BillingRecord> = sums
        .iter()
        .map(|((index, ()), sums)| {
            let (start_time, end_time) = window.span(*index);
            BillingRecord {
                start_time,
                end_time,
                amounts: sums.amounts(),
            }
        })
        .collect();
    let (start_time, end_time, bucket_size) = (window.start(), window.end(), window.size);
    context.answer(&Billing {
        metadata: BillingMetadata {
            query: BillingQuery {
                start_time,
                end_time,
                bucket_size,
            },
            record_count: records.len(),
            totals: total(&sums).amounts(),
        },
        records,
    })
}

pub(in super::super) fn pods(context: &Context<'_>) -> Result<Prepared, Problem> {
    let window = Window::read(context)?;
    let asked: Option<PodId> = context.params.read("podId", "a pod's ID")?;
    let sums = sums(context, &window, |entry| match entry.subject {
        Subject::Pod(id) => Some(id).filter(|it| asked.is_none_or(|asked| asked == *it)),
        Subject::Volume(_) | Subject::Account => None,
    });
    let records: Vec<PodBillingRecord> = sums
        .iter()
        .map(|((index, pod_id), sums)| {
            let (start_time, end_time) = window.span(*index);
            PodBillingRecord {
                start_time,
                end_time,
                pod_id: *pod_id,
                amounts: sums.of_pod(),
            }
        })
        .collect();
    let (start_time, end_time, bucket_size) = (window.start(), window.end(), window.size);
    context.answer(&PodBilling {
        metadata: PodBillingMetadata {
            query: PodBillingQuery {
                start_time,
                end_time,
                bucket_size,
                pod_id: asked,
            },
            record_count: records.len(),
            unique_pod_count: sums.keys().map(|it| it.1).collect::<BTreeSet<_>>().len(),
            totals: total(&sums).of_pod(),
        },
        records,
    })
}

pub(in super::super) fn volumes(context: &Context<'_>) -> Result<Prepared, Problem> {
    let window = Window::read(context)?;
    let asked: Option<VolumeId> = context.params.read("networkVolumeId", "a network volume's ID")?;
    let sums = sums(context, &window, |entry| match entry.subject {
        Subject::Volume(id) => Some(id).filter(|it| asked.is_none_or(|asked| asked == *it)),
        Subject::Pod(_) | Subject::Account => None,
    });
    let records: Vec<VolumeBillingRecord> = sums
        .iter()
        .map(|((index, id), sums)| {
            let (start_time, end_time) = window.span(*index);
            VolumeBillingRecord {
                start_time,
                end_time,
                network_volume_id: *id,
                amounts: sums.of_volume(),
            }
        })
        .collect();
    let (start_time, end_time, bucket_size) = (window.start(), window.end(), window.size);
    context.answer(&VolumeBilling {
        metadata: VolumeBillingMetadata {
            query: VolumeBillingQuery {
                start_time,
                end_time,
                bucket_size,
                network_volume_id: asked,
            },
            record_count: records.len(),
            unique_network_volume_count: sums.keys().map(|it| it.1).collect::<BTreeSet<_>>().len(),
            totals: total(&sums).of_volume(),
        },
        records,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_begin_and_end_with_the_calendar() {
        let at: Timestamp = "2026-11-22T13:45:00Z".parse().unwrap();
        let table = [
            (BucketSize::Hour, "2026-11-22T13:00:00Z", "2026-11-22T14:00:00Z"),
            (BucketSize::Day, "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
            // A Sunday.
            (BucketSize::Week, "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
            (BucketSize::Month, "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            (BucketSize::Year, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ];
        for (size, start, end) in table {
            let found = floor(at, size);
            assert_eq!(
                (found.to_string(), next(found, size).to_string()),
                (start.to_owned(), end.to_owned())
            );
            assert_eq!(floor(found, size), found);
        }
    }
}
