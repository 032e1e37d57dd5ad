"""What the samples of results, lists of people, materials and payments say; all of it invented."""

from __future__ import annotations

from kiosk.visits.form_pages import Entry, Fact, Section

LONGEST_NAME = "阿卜杜热合曼·买买提明·吐尔逊江·阿不力孜·艾合买提江·麦麦提"
SECTIONS = {
    "zh": (
        Section(
            "您本人",
            (
                Fact("姓名", LONGEST_NAME),
                Fact("身份证号", "522401195103081024", "522401********1024"),
                Fact("手机", "13900001234", "139****1234", question="mobile"),
                Fact("住址", "贵州省毕节市七星关区石桥镇大石桥村三组17号", question="address"),
                Fact("婚姻", "已婚", question="marriage"),
                Fact("一起吃饭的人", "3口人", question="household"),
            ),
        ),
        Section(
            "家里的收入",
            (
                Fact("一年种地的收入", "4,200元", question="land"),
                Fact("打工的收入", "12,000元", question="work"),
                Fact("别的收入", "没有", question="other"),
                Fact("有没有车", "没有", question="car"),
                Fact(
                    "为什么申请",
                    "去年老伴得了重病，住了三个月的院，家里借了钱，孩子还在上学。",
                    question="reason",
                ),
                Fact("结果怎么给您", "短信通知，自己来拿", question="delivery"),
            ),
        ),
    ),
    "en": (
        Section(
            "Yourself",
            (
                Fact("Name", LONGEST_NAME),
                Fact("ID number", "522401195103081024", "522401********1024"),
                Fact("Mobile telephone", "13900001234", "139****1234", question="mobile"),
                Fact(
                    "Address",
                    "No. 17, Group 3, Dashiqiao Village, Shiqiao Town, Qixingguan, Bijie, Guizhou",
                    question="address",
                ),
                Fact("Marriage", "Married", question="marriage"),
                Fact("People at your table", "3", question="household"),
            ),
        ),
        Section(
            "Income of the family",
            (
                Fact("From the land, a year", "4,200 yuan", question="land"),
                Fact("From work", "12,000 yuan", question="work"),
                Fact("Other income", "None", question="other"),
                Fact("A car", "No", question="car"),
                Fact(
                    "Why you apply",
                    "My wife was in hospital for three months, and a child is still at school.",
                    question="reason",
                ),
                Fact("How you get the result", "By message, collected here", question="delivery"),
            ),
        ),
    ),
}
SUMMARY = {"zh": "请看一遍，对不对", "en": "Please check it once more"}
NOTE = {
    "zh": "数据到2026年11月20日，由市社保局提供。",
    "en": "As of 20 November 2026, from the city's social insurance office.",
}
RECORDS = {
    "zh": (
        "缴费记录",
        "近12个月",
        ("月份", "单位", "缴费基数", "单位缴", "个人缴", "状态"),
        "石桥镇供销合作社",
        "已到账",
        "最近一年",
        "共缴12个月",
    ),
    "en": (
        "Contributions",
        "Last 12 months",
        ("Month", "Employer", "Base", "Employer's", "Yours", "State"),
        "Shiqiao Supply Co-op",
        "paid",
        "Last year",
        "12 months paid",
    ),
}
CASE = {
    "zh": (
        "低保申请",
        (
            Section(
                "现在到哪儿了",
                (
                    Fact("编号", "2026 1121 0000 0417"),
                    Fact("到哪一步", "镇民政办正在看"),
                    Fact("从哪天起", "2026年11月18日"),
                    Fact("最晚哪天办好", "2026年12月9日"),
                    Fact("问谁", "0857-5550 123"),
                ),
            ),
        ),
    ),
    "en": (
        "Subsistence allowance",
        (
            Section(
                "Where it is now",
                (
                    Fact("Number", "2026 1121 0000 0417"),
                    Fact("Step", "The town's civil affairs office reads it"),
                    Fact("Since", "18 November 2026"),
                    Fact("Done by", "9 December 2026"),
                    Fact("Ask", "0857-5550 123"),
                ),
            ),
        ),
    ),
}
GUIDE = {
    "zh": (
        "城乡居民最低生活保障怎么办",
        (
            Section(
                "谁能办",
                (
                    Fact(
                        "",
                        "户口在本地，家里每个人平均一个月的收入，比当地的低保标准低，家里的财产也合规定的，"
                        "都可以申请。一家人里有重病的人、重度残疾的人，家里收入稍高一点的，"
                        "也可以单个人申请。不确定也可以先申请，由镇上上门看了再定。",
                    ),
                ),
            ),
            Section(
                "怎么办",
                (
                    Fact("第一步", "在这里填表，拍材料，签名。"),
                    Fact("第二步", "镇上的人上门看，和邻居聊一聊。"),
                    Fact("第三步", "村里贴出来，大家看七天。"),
                    Fact("第四步", "县民政局定下来，发短信给您。"),
                    Fact("要多久", "30个工作日以内"),
                    Fact("要多少钱", "不收钱"),
                ),
            ),
        ),
    ),
    "en": (
        "How to ask for the subsistence allowance",
        (
            Section(
                "Who may ask",
                (
                    Fact(
                        "",
                        "Families registered here whose income for each person is below the local "
                        "line, and whose property is within the rules. Where somebody is very ill "
                        "or severely disabled, that person may ask alone even when the family "
                        "earns a little more. If you are not sure, apply: the town sends somebody "
                        "to look, and decides then.",
                    ),
                ),
            ),
            Section(
                "How it goes",
                (
                    Fact("First", "Fill in the form here, photograph the papers, sign."),
                    Fact("Then", "The town sends somebody to your home."),
                    Fact("Then", "The village shows it on the board for seven days."),
                    Fact("Last", "The county decides and sends a message."),
                    Fact("How long", "Within 30 working days"),
                    Fact("Fee", "Free of charge"),
                ),
            ),
        ),
    ),
}
CHILDREN = {
    "zh": (
        "家里有哪些孩子？",
        "一起生活的、没满18岁的，都算。",
        (
            Entry("张小雨", ("5224012015****0123", "2015年6月1日生，上学")),
            Entry(LONGEST_NAME, ("5224012012****0131", "2012年2月11日生，上学")),
            Entry("王𪚥䶮", ("5224012018****014X", "2018年9月30日生，上幼儿园")),
            Entry("张小雪", ("5224012020****0150", "2020年12月5日生")),
            Entry("张小风", ("5224012022****0168", "2022年3月17日生")),
        ),
        "还少一位：前面写了5个孩子。",
    ),
    "en": (
        "Which children are in the family?",
        "All below 18 who live with you.",
        (
            Entry("张小雨", ("5224012015****0123", "born 1 June 2015, at school")),
            Entry(LONGEST_NAME, ("5224012012****0131", "born 11 February 2012, at school")),
            Entry("王𪚥䶮", ("5224012018****014X", "born 30 September 2018, kindergarten")),
            Entry("张小雪", ("5224012020****0150", "born 5 December 2020")),
            Entry("张小风", ("5224012022****0168", "born 17 March 2022")),
        ),
        "One is missing: you said five children.",
    ),
}
MATERIALS = {
    "zh": (
        "身份证",
        "户口本",
        "残疾证",
        "收入的证明",
        "住院的病历和费用清单",
        "借钱的字据，或者别的能说明家里困难的材料",
        "孩子上学的证明",
        "申请书",
    ),
    "en": (
        "ID card",
        "Household register",
        "Disability certificate",
        "Proof of income",
        "Hospital record and list of costs",
        "Notes of debt, or other papers that show the need of the family",
        "Proof that a child is at school",
        "Application",
    ),
}
HINT = {
    "zh": "第一页和有本人名字的那一页。",
    "en": "The first page, and the one with your name.",
}
COMMITMENT = {
    "zh": (
        "个人承诺书",
        "本人已经看清楚办理这件事要满足的条件、要交的材料和不如实说明的后果，现在郑重承诺如下：一、所填写的"
        "姓名、身份证号、住址、家里的人口、收入和财产都是真实的，没有隐瞒，也没有漏填。二、所交的材料都是真的，"
        "和原件一样。三、家里的人口、收入、财产有了变化，三十天以内告诉镇民政办。四、同意民政部门为了办这件事，"
        "到银行、车管、不动产、社保、税务等部门查一家人的收入和财产情况，查到的只用来办这件事。五、如果说的不是"
        "真的，愿意退回已经领的钱，并承担相应的法律责任，记入信用记录。六、知道可以打12345问进度、提意见，也可以"
        "随时撤回这份申请。以上内容都已经看过，或者听工作人员念过，没有不明白的地方。",
    ),
    "en": (
        "Personal commitment",
        "I have read what is required, which papers belong to it, and what follows if I do not "
        "tell the truth. I declare: 1. My name, number, address, the people, the income and the "
        "property of my family are stated truly and completely. 2. The papers I hand in are "
        "genuine and like the originals. 3. I will tell the town's office within thirty days "
        "when any of it changes. 4. I agree that the office asks banks and registries about "
        "income and property, for this case alone. 5. If it is not true I will pay back what I "
        "was given and answer for it by law. 6. I know that I may call 12345 and withdraw this "
        "at any time.",
    ),
}
PAYMENT = {
    "zh": ("10元", "12,345.60元", "补一张社会保障卡的工本费"),
    "en": ("10 yuan", "12,345.60 yuan", "Making a new social security card"),
}
PAY_CODE = (
    "https://pay.example.gov.cn/o/2026112100000417?amount=1000&mch=52240100003&nonce=7f2c9a51"
)
