//! Reading the two files. A wrong line is an error that names file, line and field.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use csv::{ReaderBuilder, StringRecord};
use domain::limits;
use domain::names::{GpuTypeId, Name};

use super::{MACHINES_FILE, MODELS, PODS_FILE, Qos, Trace, TraceMachine, TracePod};

/// Why a trace was not read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// A file is missing or cannot be read.
    #[error("could not open {}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line is not CSV, or has too many or too few fields.
    #[error("{file}: line {line} cannot be read")]
    Line {
        /// The file.
        file: String,
        /// From 1, the header included.
        line: u64,
        /// Why.
        #[source]
        source: csv::Error,
    },
    /// The header lacks a column.
    #[error("{file}: there is no column {field:?}")]
    Column {
        /// The file.
        file: String,
        /// The column.
        field: &'static str,
    },
    /// A field has a value that is not accepted.
    #[error("{file}: line {line}, {field}: {value:?} is not {expected}")]
    Field {
        /// The file.
        file: String,
        /// From 1, the header included.
        line: u64,
        /// The column.
        field: &'static str,
        /// What stands there.
        value: String,
        /// What is accepted.
        expected: String,
    },
}

/// Longest memory and CPU figures of one machine or pod that are believed: 16 TiB and 4,096 CPUs.
const MEMORY_MIB_MAX: u64 = 16 << 20;
const CPU_MILLI_MAX: u64 = 4_096_000;
/// Longest trace that is believed: ten years.
const SECONDS_MAX: u64 = 10 * 366 * 24 * 3_600;

impl Trace {
    /// Reads the trace in `folder`: [`MACHINES_FILE`] and [`PODS_FILE`].
    ///
    /// # Errors
    /// [`TraceError`], at the first wrong line.
    pub fn read(folder: &Path) -> Result<Self, TraceError> {
        let open = |name: &str| {
            let path = folder.join(name);
            File::open(&path).map_err(|source| TraceError::Open { path, source })
        };
        Ok(Self {
            machines: machines(open(MACHINES_FILE)?, MACHINES_FILE)?,
            pods: pods(open(PODS_FILE)?, PODS_FILE)?,
        })
    }
}

pub(super) fn machines(source: impl Read, file: &str) -> Result<Vec<TraceMachine>, TraceError> {
    const FIELDS: [&str; 5] = ["sn", "cpu_milli", "memory_mib", "gpu", "model"];
    rows(
        source,
        file,
        FIELDS,
        |row, [name, cpu_milli, memory_mib, gpu, model]| {
            Ok(TraceMachine {
                name: row.text(name)?,
                model: row.model(model, row.value(model))?,
                gpu_count: row.small(gpu, 1, u64::from(limits::MACHINE_GPUS_MAX))?,
                vcpu_count: row.small::<u32>(cpu_milli, 1, CPU_MILLI_MAX)? / 1000,
                memory_gib: row.small::<u32>(memory_mib, 1, MEMORY_MIB_MAX)? / 1024,
            })
        },
    )
}

pub(super) fn pods(source: impl Read, file: &str) -> Result<Vec<TracePod>, TraceError> {
    const FIELDS: [&str; 9] = [
        "name",
        "cpu_milli",
        "memory_mib",
        "num_gpu",
        "gpu_spec",
        "qos",
        "creation_time",
        "deletion_time",
        "scheduled_time",
    ];
    rows(
        source,
        file,
        FIELDS,
        |row,
         [
            name,
            cpu_milli,
            memory_mib,
            gpus,
            spec,
            qos,
            created,
            deleted,
            scheduled,
        ]| {
            let created_s = row.small::<i64>(created, 0, SECONDS_MAX)?;
            let later = |field: Field| {
                let from = created_s.unsigned_abs();
                (!row.value(field).is_empty())
                    .then(|| row.small::<i64>(field, from, SECONDS_MAX))
                    .transpose()
            };
            let mut models = Vec::new();
            for model in row.value(spec).split('|').filter(|it| !it.is_empty()) {
                let model = row.model(spec, model)?;
                if !models.contains(&model) {
                    models.push(model);
                }
            }
            Ok(TracePod {
                name: row.text(name)?,
                gpu_count: row.small(gpus, 0, u64::from(limits::MACHINE_GPUS_MAX))?,
                models,
                vcpu_count: row.small::<u32>(cpu_milli, 0, CPU_MILLI_MAX)?.div_ceil(1000),
                memory_gib: row.small::<u32>(memory_mib, 0, MEMORY_MIB_MAX)?.div_ceil(1024),
                qos: Qos::ALL
                    .into_iter()
                    .find(|it| it.as_str() == row.value(qos))
                    .ok_or_else(|| row.wrong(qos, row.value(qos), "one of LS, Guaranteed, Burstable, BE"))?,
                created_s,
                scheduled_s: later(scheduled)?,
                deleted_s: later(deleted)?,
            })
        },
    )
}

/// A column: its name, and where it stands.
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    index: usize,
}

struct Row<'a> {
    file: &'a str,
    line: u64,
    record: &'a StringRecord,
}

impl Row<'_> {
    fn value(&self, field: Field) -> &str {
        self.record.get(field.index).unwrap_or_default().trim()
    }

    fn wrong(&self, field: Field, value: &str, expected: impl Into<String>) -> TraceError {
        let (file, value) = (self.file.to_owned(), value.to_owned());
        TraceError::Field {
            file,
            line: self.line,
            field: field.name,
            value,
            expected: expected.into(),
        }
    }

    /// A whole number of `min..=max`, which must fit into `T`.
    fn small<T: TryFrom<u64>>(&self, field: Field, min: u64, max: u64) -> Result<T, TraceError> {
        let value = self.value(field);
        let number = u64::from_str(value).ok().filter(|it| (min..=max).contains(it));
        let number = number.and_then(|it| T::try_from(it).ok());
        number.ok_or_else(|| self.wrong(field, value, format!("a whole number of {min} to {max}")))
    }

    fn text(&self, field: Field) -> Result<Name, TraceError> {
        let value = self.value(field);
        Name::try_from(value).map_err(|error| self.wrong(field, value, format!("a name: {error}")))
    }

    fn model(&self, field: Field, value: &str) -> Result<GpuTypeId, TraceError> {
        let known = MODELS.iter().any(|it| it.0 == value);
        let model = known.then(|| GpuTypeId::try_from(value).ok()).flatten();
        let names = || MODELS.map(|it| it.0).join(", ");
        model.ok_or_else(|| self.wrong(field, value, format!("a model with a price: {}", names())))
    }
}

fn rows<T, const N: usize>(
    source: impl Read,
    file: &str,
    names: [&'static str; N],
    parse: impl Fn(&Row<'_>, [Field; N]) -> Result<T, TraceError>,
) -> Result<Vec<T>, TraceError> {
    let broken = |line, source: csv::Error| TraceError::Line {
        file: file.to_owned(),
        line,
        source,
    };
    let text = unix_lines(source).map_err(|error| broken(1, error.into()))?;
    let mut reader = ReaderBuilder::new().from_reader(text.as_slice());
    let header = reader.headers().map_err(|error| broken(1, error))?.clone();
    let mut fields = names.map(|name| Field { name, index: 0 });
    for field in &mut fields {
        let found = header.iter().position(|it| it.trim() == field.name);
        field.index = found.ok_or_else(|| TraceError::Column {
            file: file.to_owned(),
            field: field.name,
        })?;
    }
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        let read = reader.read_record(&mut record);
        // The reader stands behind the end of the line it read, whatever empty ones came before it.
        let line = reader.position().line() - 1;
        if !read.map_err(|error| broken(line, error))? {
            return Ok(rows);
        }
        rows.push(parse(
            &Row {
                file,
                line,
                record: &record,
            },
            fields,
        )?);
    }
}

/// The whole text with every line, the last one too, ended by a line feed alone: the reader counts those.
fn unix_lines(mut source: impl Read) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    source.read_to_end(&mut text)?;
    let mut lines = Vec::with_capacity(text.len() + 1);
    for line in text.split_inclusive(|it| *it == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        lines.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        lines.push(b'\n');
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POD_HEADER: &str = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,\
                              creation_time,deletion_time,scheduled_time\n";

    fn check_pod(line: &str, expected: &str) {
        let text = format!("{POD_HEADER}ok,1,1,0,0,,LS,Running,0,1,0\n{line}\n");
        let error = pods(text.as_bytes(), "pods.csv").unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_wrong_line_names_file_line_and_field() {
        check_pod(
            "a,1,1,0,0,,XX,Running,0,1,0",
            "pods.csv: line 3, qos: \"XX\" is not one of LS, Guaranteed, Burstable, BE",
        );
        check_pod(
            "a,1,1,17,0,,LS,Running,0,1,0",
            "pods.csv: line 3, num_gpu: \"17\" is not a whole number of 0 to 16",
        );
        check_pod(
            "a,1,1,1,0,T4|H9,LS,Running,0,1,0",
            "pods.csv: line 3, gpu_spec: \"H9\" is not a model with a price: A10, G1, G2, G3, P100, T4, V100M16, V100M32",
        );
        check_pod(
            "a,1,1,1,0,,LS,Running,7,5,7",
            "pods.csv: line 3, deletion_time: \"5\" is not a whole number of 7 to 316224000",
        );
        check_pod("a,1,1", "pods.csv: line 3 cannot be read");
        check_pod(
            ",1,1,1,0,,LS,Running,0,1,0",
            "pods.csv: line 3, name: \"\" is not a name: a name must not be empty",
        );
    }

    #[test]
    fn a_wrong_line_has_the_number_an_editor_shows() {
        let wrong = |text: String| pods(text.as_bytes(), "pods.csv").unwrap_err().to_string();
        let line = "pods.csv: line 4, qos: \"XX\" is not one of LS, Guaranteed, Burstable, BE";
        let text = format!("{POD_HEADER}ok,1,1,0,0,,LS,Running,0,1,0\n\na,1,1,0,0,,XX,Running,0,1,0");
        assert_eq!(wrong(text.clone()), line);
        assert_eq!(wrong(text.replace('\n', "\r\n")), line);
    }

    #[test]
    fn columns_are_found_by_name() {
        let read = machines(
            "model,gpu,extra,sn,memory_mib,cpu_milli\nT4,2,x,m-1,524288,104000\n".as_bytes(),
            "m.csv",
        );
        let machine = read.unwrap().remove(0);
        assert_eq!(
            (machine.gpu_count, machine.vcpu_count, machine.memory_gib),
            (2, 104, 512)
        );
        let missing = machines("sn,gpu\n".as_bytes(), "m.csv").unwrap_err();
        assert_eq!(missing.to_string(), "m.csv: there is no column \"cpu_milli\"");
    }

    #[test]
    fn a_pod_takes_whole_gpus_and_accepts_each_model_once() {
        let text = format!("{POD_HEADER}p,2500,3000,1,460,V100M16|V100M32|V100M32,BE,Pending,5,9,\n");
        let pod = pods(text.as_bytes(), "p.csv").unwrap().remove(0);
        assert_eq!(
            (pod.gpu_count, pod.vcpu_count, pod.memory_gib, pod.models.len()),
            (1, 3, 3, 2)
        );
        assert_eq!(
            (pod.qos, pod.created_s, pod.scheduled_s, pod.deleted_s),
            (Qos::BestEffort, 5, None, Some(9))
        );
    }
}
