//! Arabic.

use super::pages;
use super::words::{AskWords, DownloadWords, MessageWords, OccasionWords, Words};

pub(super) const WORDS: Words = Words {
    lang: "ar",
    dir: "rtl",
    country: "البلد",
    checkout_not_shown: "تعذّر عرض صفحة الدفع. يُرجى السماح بتشغيل البرامج النصية لهذا المتجر وإعادة تحميل الصفحة، أو التواصل مع المتجر.",
    no_such_order: "لا يوجد طلب في هذا العنوان. يُرجى التحقق من الرابط.",
    try_later: "لا يمكن عرض هذه الصفحة الآن. يُرجى المحاولة مرة أخرى بعد دقيقة.",
    pages: pages::ar::WORDS,
    downloads: DownloadWords {
        over: "انتهت صلاحية هذا العنوان. ارجع إلى صفحة طلبك وحمّل الملف منها مرة أخرى.",
        gone: "لم يعد هذا الملف ضمن طلبك.",
        used_up: "تم تحميل هذا الملف العدد المسموح به من المرات. يُرجى التواصل مع المتجر.",
        missing: "تعذّر تحميل الملف الآن. حاول مرة أخرى لاحقًا؛ تم إبلاغ المتجر.",
    },
    asks: AskWords {
        name: "الاسم",
        email: "البريد الإلكتروني",
        phone: "رقم الهاتف",
        company: "الشركة",
        tax_id: "الرقم الضريبي",
        address: "العنوان",
        line1: "الشارع ورقم المبنى",
        line2: "تفاصيل إضافية للعنوان",
        sorting_code: "رمز الفرز",
        city: "المدينة",
        post_town: "المدينة البريدية",
        suburb: "الضاحية",
        neighborhood: "الحي",
        townland: "البلدة الريفية",
        village_township: "القرية أو البلدة",
        district: "المنطقة",
        area: "النطاق",
        county: "المقاطعة",
        department: "القسم الإداري",
        do_si: "المقاطعة أو المدينة",
        emirate: "الإمارة",
        island: "الجزيرة",
        oblast: "الإقليم",
        parish: "الأبرشية",
        prefecture: "المحافظة",
        province: "المحافظة أو المقاطعة",
        state: "الولاية",
        postal: "الرمز البريدي",
        zip: "الرمز البريدي (ZIP)",
        pin: "الرمز البريدي (PIN)",
        eircode: "الرمز البريدي (Eircode)",
    },
    messages: MessageWords {
        greeting: "مرحبًا {name}،",
        greeting_unnamed: "مرحبًا،",
        paid: OccasionWords {
            subject: "تم دفع طلبك {number} لدى {shop}", body: "شكرًا لك. لقد وصلت دفعتك وقدرها {total}."
        },
        shipped: OccasionWords {
            subject: "طلبك {number} لدى {shop} في الطريق إليك", body: "أرسل إليك {shop} طردًا."
        },
        ready_for_pickup: OccasionWords {
            subject: "طلبك {number} لدى {shop} جاهز", body: "طلبك جاهز، ويمكنك استلامه من {shop}."
        },
        given: OccasionWords {
            subject: "اكتمل طلبك {number} لدى {shop}", body: "وصل ما كان ينقص طلبك، وتجده في صفحة طلبك."
        },
        refunded: OccasionWords {
            subject: "استرداد مبلغ من طلبك {number} لدى {shop}", body: "أعاد إليك {shop} مبلغ {amount}."
        },
        order: "الطلب",
        total: "الإجمالي",
        returned: "المبلغ المُعاد",
        carrier: "شركة الشحن",
        tracking: "رقم التتبع",
        follow_parcel: "تتبّع الطرد",
        see_order: "عرض الطلب",
        on_page: "تجد ملفاتك أو مفاتيح الترخيص أو التذاكر في صفحة طلبك.",
        test: "هذا اختبار: لم تُنقل أي أموال.",
        receipt_attached: "تجد الإيصال مرفقًا.",
        receipt: "الإيصال",
        paid_at: "وقت الدفع",
        transaction: "رقم العملية",
        rounding: "التقريب",
        why: "تصلك هذه الرسالة لأنك أدخلت هذا العنوان عند الطلب من {shop}.",
    },
};
