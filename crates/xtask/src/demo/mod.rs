//! `cargo xtask demo`: a shop, a merchant backend and a wallet on this machine, until Ctrl-C.

mod merchant;
mod servers;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::command;
use crate::dist::{self, Plan};
use crate::progress::say;
use crate::setup;
use crate::workspace::{self, Workspace};
use merchant::Merchant;
use servers::Servers;

/// The merchant's configuration, with the ports of this run left open.
const CONFIGURATION: &str = "www/shop/merchant.toml";

/// Where one of the sandbox's robots is reached.
const ROBOT: &str = "/services/sandbox-robot-key";
/// By which the sandbox's mail server knows the shop.
const MAIL_PASSWORD: &str = "sandbox";

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// Where the shop is
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the wallet is
    #[arg(long, default_value_t = 8081)]
    sandbox_port: u16,
    /// Where the wallet's side takes e-mails
    #[arg(long, default_value_t = 8025)]
    mail_port: u16,
}

/// The command.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let ports = Ports { shop: options.port, sandbox: options.sandbox_port, mail: options.mail_port };
    ports.require_free()?;
    workspace::require_disk_space(&workspace.root)?;
    setup::tools(workspace)?;
    dist::build_if_changed(workspace, &Plan::for_merchants(workspace))?;
    let programs = build_servers(workspace)?;
    let configuration = configure(workspace, &ports)?;
    let mut servers = Servers::new(&workspace.root)?;
    say("starting the wallet's side");
    let keys = workspace.root.join(".demo/sandbox-keys.json");
    let sandbox = ["--port", &ports.sandbox.to_string(), "--payee", "Mountain Tea", "--mail-port", &ports.mail.to_string()].map(Into::into);
    let authority = workspace.root.join(".demo/mail-ca.pem");
    let files = ["--keys".into(), keys.into_os_string(), "--mail-ca".into(), authority.into_os_string()];
    servers.start("sandbox", &programs.sandbox, sandbox.into_iter().chain(files))?;
    say("starting the merchant's backend");
    let merchant = ["serve", "--generate-key", "--config"].map(Into::into);
    let arguments = merchant.into_iter().chain([configuration.clone().into_os_string()]);
    servers.start("merchant", &programs.merchant, arguments)?;
    name_callback(&ports)?;
    let at_the_desk = Merchant { program: &programs.merchant, configuration: &configuration, backend: ports.shop_url() };
    let owner = at_the_desk.key("owner", &[])?;
    let counter = at_the_desk.key("counter", &["--refund-limit", "100.00"])?;
    let link = at_the_desk.make(&owner, &["links", "create", "--item", "tea-100g:2"])?;
    let place = at_the_desk.make(&owner, &["places", "create", "Table 7"])?;
    println!("\n  shop     {}/shop/", ports.shop_url());
    println!("  link     {link}");
    println!("  place    {place}");
    println!("  counter  {}/counter, with the key in {}", ports.staff_url(), counter.display());
    println!("  door     {}/door", ports.staff_url());
    println!("  phone    {}/", ports.sandbox_url());
    println!("  mail     {}/mailbox", ports.sandbox_url());
    println!("  robot    {}/robots\n", ports.sandbox_url());
    println!("Put something in the cart, press Pay, and pay the code on the phone page. Ctrl-C ends both.\n");
    println!("As the merchant, in another terminal:");
    println!("  export QR_CHECKOUT_BACKEND={} QR_CHECKOUT_API_KEY=$(cat {})", ports.shop_url(), owner.display());
    println!("  {} orders ship NUMBER --carrier DHL\n", programs.merchant.display());
    servers.run_until_told()
}

/// Writes into the sandbox's console where WeChat calls the merchant's account back, as an operator does once.
fn name_callback(ports: &Ports) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let callback = serde_json::json!({ "url": format!("{}/notify/official_account", ports.shop_url()) });
    let request = reqwest::Client::builder().no_proxy().build()?.post(format!("{}/sandbox/official_account/callback", ports.sandbox_url()));
    let reply = runtime.block_on(request.header("content-type", "application/json").body(callback.to_string()).send())?;
    ensure!(reply.status().is_success(), "the sandbox could not call the merchant back: {}", reply.status());
    Ok(())
}

struct Ports {
    shop: u16,
    sandbox: u16,
    mail: u16,
}

impl Ports {
    fn shop_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.shop)
    }

    /// Browsers take every name below `localhost` for this machine.
    fn staff_url(&self) -> String {
        format!("http://staff.localhost:{}", self.shop)
    }

    fn sandbox_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.sandbox)
    }

    /// Asked before the build, so that nobody waits minutes to learn it.
    fn require_free(&self) -> Result<()> {
        ensure!(self.shop != self.sandbox, "--port and --sandbox-port must differ");
        for (port, option) in [(self.shop, "--port"), (self.sandbox, "--sandbox-port"), (self.mail, "--mail-port")] {
            std::net::TcpListener::bind(("127.0.0.1", port))
                .map(drop)
                .with_context(|| format!("port {port} cannot be used; choose another with {option}"))?;
        }
        Ok(())
    }
}

struct Programs {
    merchant: PathBuf,
    sandbox: PathBuf,
}

fn build_servers(workspace: &Workspace) -> Result<Programs> {
    say("building the merchant's backend and the sandbox");
    let mut cargo = command::cargo();
    cargo.current_dir(&workspace.root).args(["build", "--locked"]);
    cargo.args(["--package", "qr-checkout-merchant", "--bin", "qr-checkout-server"]);
    cargo.args(["--package", "qr-checkout-sandbox", "--bin", "qr-checkout-sandbox"]);
    command::run(&mut cargo)?;
    let built = workspace.target.join("debug");
    Ok(Programs { merchant: built.join("qr-checkout-server"), sandbox: built.join("qr-checkout-sandbox") })
}

/// Writes `.demo/merchant.toml`: the shop's configuration for the ports of this run.
fn configure(workspace: &Workspace, ports: &Ports) -> Result<PathBuf> {
    let template = workspace::read(&workspace.root.join(CONFIGURATION))?;
    let path = workspace.root.join(".demo/merchant.toml");
    merchant::forget_keys(&workspace.root.join(".demo"))?;
    workspace::write(&path, fill(&template, ports, &workspace.root))?;
    workspace::write_secret(&workspace.root.join(".demo/mail.password"), MAIL_PASSWORD)?;
    workspace::write_secret(&workspace.root.join(".demo/slack.url"), &format!("{}{ROBOT}", ports.sandbox_url()))?;
    Ok(path)
}

fn fill(template: &str, ports: &Ports, root: &Path) -> String {
    template
        .replace("{{port}}", &ports.shop.to_string())
        .replace("{{mail-port}}", &ports.mail.to_string())
        .replace("{{shop-url}}", &ports.shop_url())
        .replace("{{staff-url}}", &ports.staff_url())
        .replace("{{sandbox-url}}", &ports.sandbox_url())
        .replace("{{root}}", &root.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_configuration_is_filled_completely() {
        let ports = Ports { shop: 1234, sandbox: 5678, mail: 9012 };
        let filled = fill(include_str!("../../../../www/shop/merchant.toml"), &ports, Path::new("/shop"));
        assert!(filled.contains("http://127.0.0.1:1234") && filled.contains("http://127.0.0.1:5678"));
        assert!(!filled.contains("{{"), "{filled}");
    }

    #[test]
    fn the_shelf_shows_every_item_at_its_catalog_price() {
        let catalog = include_str!("../../../../www/shop/catalog.toml");
        let pages = [include_str!("../../../../www/shop/index.html"), include_str!("../../../../www/shop/dialog.html")];
        let shown = |tag: String| assert!(pages.iter().all(|page| page.contains(&tag)), "not on the shelf: {tag}");
        let find = |part: &str, key: &str| {
            let value = part.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            value.map(|value| value.trim_matches('"').to_owned())
        };
        let items: Vec<&str> = catalog.split("[[item]]").skip(1).collect();
        assert!(items.len() > 3, "the catalog is laid out differently now");
        for item in items {
            let parts: Vec<&str> = item.split("[[item.variant]]").collect();
            let sold: Vec<(String, usize)> = parts
                .iter()
                .map(|part| {
                    let price = find(part, "price").or_else(|| find(item, "price")).unwrap();
                    (find(part, "sku").unwrap(), price.parse::<usize>().unwrap() / 100)
                })
                .collect();
            let (sku, price) = sold.get(1).unwrap_or(&sold[0]);
            shown(format!("<span class=\"price\">¥{price}</span>\n            <button data-qr-checkout-add=\"{sku}\">"));
            for (sku, price) in &sold[1..] {
                shown(format!("<option value=\"{sku}\" data-price=\"¥{price}\""));
            }
        }
    }

    #[test]
    fn a_port_in_use_is_told_with_the_option_to_change_it() {
        let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let failure = Ports { shop: port, sandbox: 0, mail: 0 }.require_free().unwrap_err();
        assert!(failure.to_string().contains("--port"), "{failure}");
    }
}
