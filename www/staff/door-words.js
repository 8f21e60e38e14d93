// What the page at a door says, in each language. Not here: what it does, which is in door.js.
"use strict";

const WORDS = {
  en: {
    title: "Door", login_hint: "Log in with the key of this door. It stays good for twelve hours.", key: "Key", login: "Log in", logout: "Log out",
    wrong_key: "This key is not good, or may not open doors.", away: "The shop cannot be reached.", event: "Event", door: "Name of this door", door_unfit: "Please write a name that can be seen, on one line.", start: "Start",
    camera: "Camera", camera_off: "Camera off", no_camera: "The camera cannot be used.", picture: "Picture", number: "Number of the ticket", check: "Check",
    ready: "Ready", admitted: "Let in", already: "Already in", refunded: "Refunded", test: "Test, not let in", unknown: "No such ticket", "other-event": "Another event", mistyped: "Mistyped",
    no_code: "No code is seen", since: "since {time}, {door}", offline: "without a network", heard: "Heard from the shop at {time}", never: "Never heard from the shop",
    to_tell: "{number} to tell", doubles: "Let in twice", double: "{number}: {door}, {time}",
  },
  de: {
    title: "Eingang", login_hint: "Melden Sie sich mit dem Schlüssel dieses Eingangs an. Er gilt zwölf Stunden.", key: "Schlüssel", login: "Anmelden", logout: "Abmelden",
    wrong_key: "Dieser Schlüssel gilt nicht oder öffnet keinen Eingang.", away: "Der Shop ist nicht erreichbar.", event: "Veranstaltung", door: "Name dieses Eingangs", door_unfit: "Bitte schreiben Sie einen Namen, den man sieht, in einer Zeile.", start: "Beginnen",
    camera: "Kamera", camera_off: "Kamera aus", no_camera: "Die Kamera lässt sich nicht benutzen.", picture: "Bild", number: "Nummer des Tickets", check: "Prüfen",
    ready: "Bereit", admitted: "Einlassen", already: "Schon drin", refunded: "Erstattet", test: "Test, kein Einlass", unknown: "Unbekannt", "other-event": "Andere Veranstaltung", mistyped: "Vertippt",
    no_code: "Kein Code zu sehen", since: "seit {time}, {door}", offline: "ohne Netz", heard: "Vom Shop gehört um {time}", never: "Vom Shop noch nie gehört",
    to_tell: "{number} zu melden", doubles: "Zweimal eingelassen", double: "{number}: {door}, {time}",
  },
  ar: {
    title: "الباب", login_hint: "سجّل الدخول بمفتاح هذا الباب. يبقى صالحًا اثنتي عشرة ساعة.", key: "المفتاح", login: "تسجيل الدخول", logout: "تسجيل الخروج",
    wrong_key: "هذا المفتاح غير صالح أو لا يفتح الأبواب.", away: "تعذّر الوصول إلى المتجر.", event: "الفعالية", door: "اسم هذا الباب", door_unfit: "يرجى كتابة اسم مرئي في سطر واحد.", start: "ابدأ",
    camera: "الكاميرا", camera_off: "إيقاف الكاميرا", no_camera: "تعذّر استخدام الكاميرا.", picture: "صورة", number: "رقم التذكرة", check: "تحقّق",
    ready: "جاهز", admitted: "يدخل", already: "دخل من قبل", refunded: "مستردّة", test: "اختبار، لا دخول", unknown: "تذكرة غير معروفة", "other-event": "فعالية أخرى", mistyped: "خطأ في الكتابة",
    no_code: "لا يظهر رمز", since: "منذ {time}، {door}", offline: "بلا شبكة", heard: "آخر تواصل مع المتجر {time}", never: "لم يتم التواصل مع المتجر بعد",
    to_tell: "{number} للإبلاغ", doubles: "دخول مرتين", double: "{number}: {door}، {time}",
  },
  ja: {
    title: "入口", login_hint: "この入口のキーでログインしてください。12時間有効です。", key: "キー", login: "ログイン", logout: "ログアウト",
    wrong_key: "このキーは無効か、入口では使えません。", away: "ショップに接続できません。", event: "イベント", door: "この入口の名前", door_unfit: "見える文字で、1行で名前を入力してください。", start: "開始",
    camera: "カメラ", camera_off: "カメラを止める", no_camera: "カメラを使えません。", picture: "画像", number: "チケット番号", check: "確認",
    ready: "準備完了", admitted: "入場", already: "入場済み", refunded: "返金済み", test: "テスト、入場不可", unknown: "該当なし", "other-event": "別のイベント", mistyped: "入力ミス",
    no_code: "コードが見つかりません", since: "{time}、{door}", offline: "オフライン", heard: "最終受信 {time}", never: "まだ受信していません",
    to_tell: "未送信 {number}", doubles: "二重入場", double: "{number}：{door}、{time}",
  },
  "zh-Hans": {
    title: "入口", login_hint: "请用此入口的密钥登录，有效十二小时。", key: "密钥", login: "登录", logout: "退出",
    wrong_key: "此密钥无效，或不能用于入口。", away: "无法连接商店。", event: "活动", door: "此入口的名称", door_unfit: "请在一行内填写可见的名称。", start: "开始",
    camera: "相机", camera_off: "关闭相机", no_camera: "无法使用相机。", picture: "图片", number: "票号", check: "检查",
    ready: "就绪", admitted: "放行", already: "已入场", refunded: "已退款", test: "测试，不得入场", unknown: "无此票", "other-event": "其他活动", mistyped: "输入有误",
    no_code: "未看到二维码", since: "{time}，{door}", offline: "离线", heard: "最近联系商店 {time}", never: "尚未联系过商店",
    to_tell: "待上报 {number}", doubles: "重复入场", double: "{number}：{door}，{time}",
  },
};
