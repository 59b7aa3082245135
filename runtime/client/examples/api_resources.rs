//! What a server serves, as `kubectl api-resources -o name` tells it, over a discovery cache that is shared with kubectl.
//!
//! ```sh
//! cargo run -p kubeforge-client --example api_resources -- ~/.kube/config ~/.kube/cache
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example that tells what it finds")]

use std::path::Path;

use kubeforge_client::{
    Client, Config,
    discovery::{DiscoveryCache, DiskCache},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(kubeconfig), Some(cache_dir)) = (arguments.next(), arguments.next()) else {
        return Err("which kubeconfig, and which folder for the cache?".into());
    };
    let config = Config::from_file(kubeconfig)?;
    let disk = DiskCache::for_server(Path::new(&cache_dir), &config.server);
    let cache = DiscoveryCache::on_disk(Client::from_config(&config)?, disk);
    let discovery = cache.get().await?;
    eprintln!("from {}", if cache.is_fresh().await { "the server" } else { "the disk" });
    let served = discovery.preferred_resources().filter(|resource| !resource.verbs.is_empty());
    let mut names: Vec<String> = served.map(|resource| resource.gvr().group_resource().to_string()).collect();
    names.sort();
    names.iter().for_each(|name| println!("{name}"));
    Ok(())
}
