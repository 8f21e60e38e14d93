// The words of the phone, in the two languages of those who use it most. No behaviour here.

const TEXTS = {
  en: {
    title: "Sandbox phone", notice: "No real money, and nothing leaves here.",
    waysTitle: "Scan a code", camera: "Camera", choose: "Picture", stop: "Stop",
    scanLabel: "Or paste the text of a code, or a picture of it", scanButton: "Scan", listTitle: "Codes on screens near you",
    empty: "Nothing to pay yet. Press Pay in the shop.", scan: "Just look", pay: "Pay", decline: "Decline",
    wallet: { wechat_pay: "WeChat Pay", alipay: "Alipay" },
    left: (time) => `Works for ${time} more`, days: (days) => `${days} days`,
    looking: "Hold the code before the camera.",
    state: { scanned: "Open in the wallet. The shop may see that.", dismissed: "You declined. You can still pay.", paid: "Paid", expired: "This code has expired", closed: "The shop has closed this payment" },
    done: { pay: "Paid. The shop is being told.", decline: "Declined. The shop is not told.", scan: "Opened. Nothing is paid yet.", found: "Code found." },
    problem: {
      unknown_code: "This is no code of this sandbox.", superseded: "There is a newer code for this payment.",
      expired: "This code has expired.", closed: "The shop has closed this payment.", already_paid: "This payment is already paid.",
      opened_by_another: "Another account opened this code first. Ask the shop for a new one. (商家订单信息有误，请重新下单支付)",
      no_code: "There is no code in this picture.", no_camera: "The camera cannot be used. Choose a picture instead.",
      offline: "The sandbox does not answer.",
    },
    accountTitle: "The shop in WeChat",
    account: {
      kind: "Official Account", follow: "Follow", unfollow: "Unfollow", open: "Open the order",
      state: { offered: "You do not follow yet.", follows: "You follow. Messages arrive here.", left: "You do not follow any more." },
      done: { follow: "You follow. The shop is being told.", unfollow: "You left. The shop is being told.", scan: "Code found." },
    },
    faultsTitle: "What goes wrong", faultsHint: "Switches stay on. Numbers count down by one with each call.",
    faultsClear: "All is well again", faultsCount: (count) => `(${count} on)`,
    heldTitle: "Held notifications", oldestFirst: "Oldest first", newestFirst: "Newest first",
    released: (count) => (count > 0 ? `Notifications sent: ${count}` : "No notification is held."),
    clockTitle: "Clock", clockHint: "Moves the sandbox alone. The shop's clock stays.",
    oneMinute: "+1 min", tenMinutes: "+10 min", oneHour: "+1 h", realTime: "Now", moved: (time) => `The sandbox says: ${time}`,
    fault: {
      missing_notification: "Payments are not notified", duplicate_notification: "Notifications come twice",
      hold_notifications: "Notifications are held", wrong_signature_notification: "Notifications with a wrong signature",
      signature_probe_notification: "Notifications that probe signatures", wrong_amount_notification: "Notifications with a wrong amount",
      unknown_key_notification: "Notifications by an unknown key", stale_notification: "Notifications signed ten minutes ago",
      tampered_notification: "Notifications with a broken seal", pay_after_close: "Closed codes can be paid", closed_refund: "Refunds fail", abnormal_refund: "Refunds get stuck",
      server_error: "System errors, no effect", server_error_after_effect: "System errors after the effect",
      broken_answer: "Connections that break", unsigned_error: "Errors without a signature", plain_slashes: "Alipay leaves / unescaped",
      wrong_signature_answer: "Answers with a wrong signature", signature_probe_answer: "Answers that probe signatures",
      named_error: "Calls refused with the code below", named_error_code: "The code", pages: "Where WeChat Pay's pages disagree",
      signing: "Key of WeChat Pay", slow_milliseconds: "Answers are late by, in ms",
      account_error: "Official Account refuses calls", account_errcode: "with this number",
      native_not_granted: "WeChat Pay has not granted codes", h5_not_granted: "WeChat Pay has not granted jumps (H5)",
      jsapi_not_granted: "WeChat Pay has not granted payments in WeChat", account_suspended: "The account may collect nothing",
      second_precreate_refused: "Alipay makes one code a number", zero_amounts: "Alipay tells paid amounts as nought",
      dated_closed_trades: "Alipay dates closed trades", untold_amounts: "Alipay does not tell amounts paid",
      unpaid_notices: "Alipay notifies of unpaid trades", silent_full_refund: "Alipay is silent about full refunds",
      refund_days: "Alipay's days for refunds (0: a year)",
      busy_bill: "Bills list others' trades", older_bill: "WeChat Pay's bills in the older form",
      message_blocked_late: "Messages are taken, then blocked",
      opened_by_another: "Codes opened by another account first", bridge: "The bridge is", h5_domain: "Domain registered for H5 (empty: any)", other_network: "Phones change their network before H5",
      oauth_refused: "Shoppers do not say who they are", mail: "The mail server", robots: "Robots of groups", snapshot_user: "A virtual visitor instead of the shopper",
    },
    option: {
      wechat: "WeChat's", no_permission: "WeCom's", not_executed: "a mini program's", no_support: "a desktop's", liar: "a liar's", most: "most pages", others: "the others", public_key: "public key", certificate: "certificate", migrating: "migrating", rotating: "certificates in turn",
      none: "works", down: "is down", slow: "is slow", hanging: "hangs", hanging_after_letter: "hangs after a letter", later: "takes nothing now (4xx)", refused: "refuses recipients (5xx)", greylisting: "greylists", letter_refused: "refuses letters (5xx)", forbidden: "refuses (403)", unavailable: "fails (503)", errcode: "answers an error code" },
  },
  zh: {
    title: "沙盒手机", notice: "不是真钱。一切都只发生在这台电脑上。",
    waysTitle: "扫一扫", camera: "摄像头", choose: "图片", stop: "停止",
    scanLabel: "或粘贴二维码的内容或图片", scanButton: "扫一扫", listTitle: "附近屏幕上的付款码",
    empty: "还没有待付款项。请在商店里点击支付。", scan: "只看看", pay: "付款", decline: "拒绝",
    wallet: { wechat_pay: "微信支付", alipay: "支付宝" },
    left: (time) => `还可使用 ${time}`, days: (days) => `${days} 天`,
    looking: "请将二维码对准摄像头。",
    state: { scanned: "已在钱包中打开，商家可能会看到", dismissed: "你已拒绝，仍可付款", paid: "已付款", expired: "二维码已过期", closed: "商家已关闭该笔付款" },
    done: { pay: "付款成功，正在通知商家。", decline: "已拒绝，商家不会收到通知。", scan: "已打开，尚未付款。", found: "已识别付款码。" },
    problem: {
      unknown_code: "这不是本沙盒的付款码。", superseded: "该笔付款已有更新的付款码。",
      expired: "二维码已过期。", closed: "商家已关闭该笔付款。", already_paid: "该笔付款已支付。",
      opened_by_another: "商家订单信息有误，请重新下单支付。",
      no_code: "图片中没有二维码。", no_camera: "无法使用摄像头，请选择图片。",
      offline: "沙盒没有响应。",
    },
    accountTitle: "微信里的商家",
    account: {
      kind: "公众号", follow: "关注", unfollow: "取消关注", open: "查看订单",
      state: { offered: "尚未关注", follows: "已关注，消息会显示在这里", left: "已取消关注" },
      done: { follow: "关注成功，正在通知商家。", unfollow: "已取消关注，正在通知商家。", scan: "已识别二维码。" },
    },
    faultsTitle: "制造故障", faultsHint: "开关会保持打开；数字每次调用减一。",
    faultsClear: "恢复正常", faultsCount: (count) => `（${count} 项）`,
    heldTitle: "暂扣的通知", oldestFirst: "从最早的发起", newestFirst: "从最新的发起",
    released: (count) => (count > 0 ? `已发送 ${count} 条通知。` : "没有暂扣的通知。"),
    clockTitle: "时钟", clockHint: "只改变沙盒的时间，商家的时钟不变。",
    oneMinute: "+1 分钟", tenMinutes: "+10 分钟", oneHour: "+1 小时", realTime: "现在", moved: (time) => `沙盒时间：${time}`,
    fault: {
      missing_notification: "不发送通知", duplicate_notification: "重复发送通知", hold_notifications: "暂扣通知",
      wrong_signature_notification: "通知签名错误", signature_probe_notification: "通知签名探测", wrong_amount_notification: "通知金额错误",
      unknown_key_notification: "通知使用未知密钥", stale_notification: "通知签名已过十分钟", tampered_notification: "通知密文被篡改",
      pay_after_close: "关闭后仍可付款", closed_refund: "退款失败", abnormal_refund: "退款异常",
      server_error: "系统错误，未生效", server_error_after_effect: "系统错误，但已生效", broken_answer: "连接中断",
      unsigned_error: "错误没有签名", plain_slashes: "支付宝不转义 /", wrong_signature_answer: "应答签名错误",
      signature_probe_answer: "应答签名探测", named_error: "以下列错误码拒绝调用", named_error_code: "错误码", pages: "微信支付文档不一致时",
      signing: "微信支付的密钥", slow_milliseconds: "应答延迟（毫秒）",
      account_error: "公众号拒绝调用", account_errcode: "错误码为",
      native_not_granted: "未开通 Native 支付", h5_not_granted: "未开通 H5 支付", jsapi_not_granted: "未开通 JSAPI 支付",
      account_suspended: "商户收款功能被限制", busy_bill: "账单含其他应用的交易", second_precreate_refused: "支付宝拒绝重复预下单",
      zero_amounts: "支付宝已付金额显示为零", dated_closed_trades: "支付宝关闭的交易带付款时间", untold_amounts: "支付宝不返回实付金额",
      unpaid_notices: "支付宝通知未付款交易", silent_full_refund: "支付宝全额退款不通知", refund_days: "支付宝退款期限（天，0 为一年）", older_bill: "旧版账单格式",
      message_blocked_late: "消息先接受后被拒收",
      opened_by_another: "被其他账号先打开的付款码", bridge: "JSBridge 来自", h5_domain: "H5 支付域名（空为任意）", other_network: "H5 支付前网络环境变化",
      oauth_refused: "用户拒绝网页授权", mail: "邮件服务器", robots: "群机器人", snapshot_user: "以快照页虚拟账号代替用户",
    },
    option: {
      wechat: "微信", no_permission: "企业微信", not_executed: "小程序网页", no_support: "桌面微信", liar: "虚假成功", most: "按多数页面", others: "按其他页面", public_key: "公钥", certificate: "平台证书", migrating: "迁移中", rotating: "平台证书轮换中",
      none: "正常", down: "停机", slow: "缓慢", hanging: "无响应", hanging_after_letter: "收信后无响应", later: "暂不收信（4xx）", refused: "拒绝收件人（5xx）", greylisting: "灰名单", letter_refused: "拒绝邮件内容（5xx）", forbidden: "拒绝（403）", unavailable: "失败（503）", errcode: "返回错误码" },
  },
};

const language = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";

export const texts = TEXTS[language];

// Where a text simply stands, by the element's id.
const PLACES = {
  title: "title", notice: "notice", "ways-title": "waysTitle", camera: "camera", choose: "choose", stop: "stop",
  "scan-label": "scanLabel", "scan-button": "scanButton", "list-title": "listTitle", "account-title": "accountTitle", empty: "empty",
  "faults-title": "faultsTitle", "faults-hint": "faultsHint", "faults-clear": "faultsClear", "held-title": "heldTitle",
  "oldest-first": "oldestFirst", "newest-first": "newestFirst", "clock-title": "clockTitle", "clock-hint": "clockHint",
  "one-minute": "oneMinute", "ten-minutes": "tenMinutes", "one-hour": "oneHour", "real-time": "realTime",
};

export function translate() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.title = texts.title;
  for (const [id, name] of Object.entries(PLACES)) document.getElementById(id).textContent = texts[name];
}
