//! Sums of the ledger in the published shape. Every amount of the published shape is there; those for what
//! is not served are zero.

use domain::{PodId, Timestamp, VolumeId};
use serde::Serialize;

use super::Usd;

/// The length of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum BucketSize {
    /// A UTC hour.
    Hour,
    /// A UTC day.
    Day,
    /// Monday to Sunday, UTC.
    Week,
    /// A calendar month, UTC.
    Month,
    /// A calendar year, UTC.
    Year,
}

macro_rules! billing {
    ($($(#[$doc:meta])* $name:ident $record:ident $metadata:ident $query:ident $amounts:ident {
        $($(#[$key_doc:meta])* $key:ident: $key_type:ty, $(#[$unique_doc:meta])* $unique:ident)?
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Oldest first; spans without charges are left out.
            pub records: Vec<$record>,
            /// What was asked, and the sums.
            pub metadata: $metadata,
        }

        /// The amounts of one span.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $record {
            /// Where the span begins.
            pub start_time: Timestamp,
            /// Where it ends, not included.
            pub end_time: Timestamp,
            $($(#[$key_doc])* pub $key: $key_type,)?
            /// Its amounts.
            #[serde(flatten)]
            pub amounts: $amounts,
        }

        /// What was asked, and the sums of all records.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $metadata {
            /// What was asked, with spans aligned.
            pub query: $query,
            /// How many records.
            pub record_count: usize,
            $($(#[$unique_doc])* pub $unique: usize,)?
            /// The sums of all records.
            pub totals: $amounts,
        }

        /// What was asked, with spans aligned.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $query {
            /// Where the first span begins.
            pub start_time: Timestamp,
            /// Where the last one ends, not included.
            pub end_time: Timestamp,
            /// The length of a span.
            pub bucket_size: BucketSize,
            $(
                $(#[$key_doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $key: Option<$key_type>,
            )?
        }
    )*};
}

billing! {
    /// `GET /v2/billing`.
    Billing BillingRecord BillingMetadata BillingQuery Amounts {}
    /// `GET /v2/billing/pods`.
    PodBilling PodBillingRecord PodBillingMetadata PodBillingQuery PodAmounts {
        /// The pod.
        pod_id: PodId,
        /// How many pods.
        unique_pod_count
    }
    /// `GET /v2/billing/network-volumes`.
    VolumeBilling VolumeBillingRecord VolumeBillingMetadata VolumeBillingQuery VolumeAmounts {
        /// The network volume.
        network_volume_id: VolumeId,
        /// How many network volumes.
        unique_network_volume_count
    }
}

macro_rules! amounts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Usd,)*
        }
    )*};
}

amounts! {
    /// Amounts of an account.
    Amounts {
        /// In all.
        total_amount,
        /// GPUs of pods.
        pod_gpu_amount,
        /// CPUs of pods.
        pod_cpu_amount,
        /// Container disks and pod volumes.
        pod_disk_amount,
        /// Zero: not served.
        serverless_gpu_amount,
        /// Zero: not served.
        serverless_cpu_amount,
        /// Zero: not served.
        serverless_disk_amount,
        /// Zero: not served.
        serverless_fee_amount,
        /// Network volumes.
        storage_standard_amount,
        /// Zero: not served.
        storage_high_performance_amount,
        /// Zero: not served.
        endpoint_amount,
        /// Zero: not served.
        cluster_gpu_amount,
        /// Zero: not served.
        cluster_disk_amount,
        /// Zero: not served.
        cluster_networking_amount,
    }
    /// Amounts of a pod.
    PodAmounts {
        /// In all.
        total_amount,
        /// GPUs.
        gpu_amount,
        /// CPUs.
        cpu_amount,
        /// Container disk and pod volume.
        disk_amount,
    }
    /// Amounts of a network volume.
    VolumeAmounts {
        /// In all.
        total_amount,
        /// The kind there is.
        standard_amount,
        /// Zero: not served.
        high_performance_amount,
    }
}
