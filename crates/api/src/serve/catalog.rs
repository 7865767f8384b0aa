//! What can be rented now.

use engine::query;

use super::Prepared;
use super::context::Context;
use crate::Problem;
use crate::catalog::{DataCenter, GpuOffer, GpuPlace, Offers, StoragePrices};

pub(super) fn offers(context: &Context<'_>) -> Result<Prepared, Problem> {
    let settings = context.fleet.settings();
    let prices = &settings.prices;
    let gpus = query::offers(context.fleet, context.now)
        .into_iter()
        .map(|offer| {
            let gpu = prices.gpu(&offer.gpu_type);
            let places = offer.places.into_iter().map(|it| GpuPlace {
                data_center_id: it.data_center_id.to_string(),
                free: it.free,
                most_on_one_machine: it.most,
            });
            GpuOffer {
                name: gpu.map_or_else(|| offer.gpu_type.to_string(), |it| it.name.clone()),
                memory_gb: gpu.map_or(0, |it| it.memory_gb),
                gpu_type: offer.gpu_type.to_string(),
                cloud: offer.cloud,
                micros_per_hour: offer.price.micros(),
                places: places.collect(),
            }
        });
    context.answer(&Offers {
        gpus: gpus.collect(),
        data_centers: settings
            .data_centers
            .iter()
            .map(|it| DataCenter {
                id: it.id.to_string(),
                name: it.name.clone(),
                country: it.country.clone(),
                network_volumes: it.network_volumes,
            })
            .collect(),
        prices: StoragePrices {
            disk_running_micros: prices.disk_running.micros(),
            disk_stopped_micros: prices.disk_stopped.micros(),
            network_volume_micros: prices.network_volume.micros(),
            network_volume_above_micros: prices.network_volume_above.micros(),
            network_volume_threshold_gb: prices.network_volume_threshold_gb,
            vcpu_micros_per_hour: prices.vcpu_hour.micros(),
            cpu_only_micros_per_hour: prices.cpu_only_hour.micros(),
        },
        sequence: context.fleet.sequence(),
    })
}
