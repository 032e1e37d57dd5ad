"use strict";
// The page is written in English. What stands here is said in Chinese to whoever chooses so.

const CHINESE = {
  "Workbench": "工作台", "Workbench of the terminal": "自助终端工作台",
  "The world outside the terminal. Everybody here is invented.": "终端之外的世界，人物均为虚构。",
  "Put everything right": "全部恢复正常", "中文": "English", "Cards": "身份证", "Find a card": "查找身份证",
  "Name, number, outcome…": "姓名、号码、结果…", "staff": "工作人员", "not served": "不办理", "to": "至",
  "The sandbox does not answer:": "沙箱没有应答：", "for": "持续", "Fault": "故障", "Strike": "触发", "Behave": "恢复",
  "one request": "一次", "three requests": "三次", "all requests": "每一次", "Plug it in": "接上", "Pull the cable": "拔掉线缆",
  "Pull it out of": "拔出", "bytes sent": "字节已发送", "s on the wire": "秒在线上", ", torn": "，撕破",

  "ID-card reader": "身份证阅读器", "Nothing lies here. Pick a card on the left.": "没有证件。请在左边选一张。",
  "Lift the card": "拿走身份证", "Lay another card": "换一张", "(staff)": "（工作人员）", "Serial port": "串口",
  "Camera": "摄像头", "Before it": "镜头前", "Break one picture": "损坏一帧", "Unplugged": "未连接",
  "Receipt printer": "凭条打印机", "No slip yet.": "还没有凭条。", "Paper out": "缺纸", "Near its end": "纸将尽",
  "Cover open": "盖子打开", "Cutter jammed": "切刀卡住", "Off line": "脱机", "Too hot": "过热",
  "Power off and on": "断电再通电", "Tear off": "撕下", "lines printed": "行已打印", "Slip": "凭条",
  "Platform and network": "平台与网络", "Well": "正常", "Slow (3 s)": "慢（3 秒）", "Too slow (30 s)": "太慢（30 秒）",
  "A telephone before the code": "扫码的手机", "Pay the code now": "现在付款", "Let it expire": "让码过期", "yuan": "元",
  "No order yet.": "还没有订单。", ", handed in with it": "，已随件提交",
  "Its answers": "应答", "decides later": "稍后核定", "Decide now": "现在核定", "Handed in": "已提交", "On the line": "线路上",
  "Number": "编号", "State": "状态", "Decision": "结论", "Valid to": "有效期", "Effects": "生效", "Nothing yet.": "还没有。",
  "Nothing yet. What was handed in stays sealed.": "还没有。提交的内容始终密封。", "· ratings:": "· 评价：", "no answer": "无应答",

  "Not here": "这里没有", "Social security card": "社会保障卡", "Whose card": "谁的卡", "Generation": "代别",
  "1st": "第一代", "2nd": "第二代", "3rd": "第三代", "Put it in": "插卡", "Pull it out": "拔卡", "Some other card": "其他卡",
  "bank": "银行卡", "health": "居民健康卡", "blank": "空白卡", "The slot is empty.": "卡槽是空的。", "Swap in mid-reading": "读卡时调换",
  "one record": "一次", "all records": "每一次", "Stop the card service": "停止读卡服务", "Start the card service": "启动读卡服务",
  "commands": "条指令", "forbidden": "条禁止的", "Contact": "接触", "Contactless": "非接触",
  "Document scanner": "扫描仪", "On every sheet": "每页内容", "Color pattern": "彩色图案", "Grid": "网格", "Solid white": "全白",
  "Solid black": "全黑", "Feeder empty": "进纸器空", "Paper jam": "卡纸", "Busy": "被占用", "Broken": "损坏", "Slow": "慢",
  "sheets in the feeder": "页在进纸器", "The terminal meets the document camera. To meet this one, start with --devices scanner.":
  "终端使用高拍仪。要使用这台扫描仪，请用 --devices scanner 启动。",
  "Document camera": "高拍仪", "On the desk": "桌面上",
  "A4 printer": "A4 打印机", "No sheet yet.": "还没有打印。", "Paper low": "纸少", "Door open": "门打开", "Jammed": "卡纸",
  "Toner low": "墨粉少", "Toner out": "墨粉用尽", "Switched off": "关机", "Queue disabled": "队列停用", "CUPS stopped": "CUPS 停止",
  "Ends in 2 sheets": "再印两张缺纸", "Sheet": "第", "sheets": "张", "sheet": "张", "page ": "页 ", "copy": "份",
  "Code reader": "扫码器", "What the code says": "码的内容", "Scan it": "扫码", "Newest receipt": "最新凭条", "Licence": "电子证照",
  "From a telephone": "手机接续", "Something else": "别的内容", "Nothing was scanned yet.": "还没有扫过码。", "No receipt yet": "还没有凭条",
  "Speaker and headset": "音箱与耳机", "Speaker": "音箱", "Headset": "耳机", "Plug the headset in": "插上耳机",
  "Pull the headset out": "拔掉耳机", "The sound server hangs": "声音服务卡死", "Play it here": "在这里播放", "not plugged in": "未插入",
  "s of sound in the last 20 s": "秒有声（最近 20 秒）", "silence": "安静",
  "Uninterruptible power": "不间断电源", "Mains": "市电", "On mains": "市电供电", "On battery": "电池供电", "Battery": "电池", "min left": "分钟",
  "Cut the mains": "切断市电", "Restore the mains": "恢复市电", "Its server hangs": "服务卡死", "low": "电量低",
  "noise before the reply": "应答前有杂音", "reply with a bad checksum": "校验和错误", "reply cut short": "应答不完整",
  "first byte of the reply lost": "丢失首字节", "reply with an absurd length": "长度荒谬", "bridge reports a silent module": "模块沉默",
  "no reply": "无应答", "reply held back until the next request": "应答迟到", "reply sent twice": "应答两次",
  "reply in single bytes with long gaps": "逐字节发送", "endless noise instead of a reply": "不停的杂音", "card lifted while it is read": "读卡时拿走",
  "card pulled out instead of an answer": "应答前拔卡", "card falls silent, until the reader gives it up": "卡片沉默", "answer after a long time": "应答很慢",
  "card pulled out in the middle of its answer": "应答中拔卡", "answer of one byte": "只答一个字节", "record with another tag": "记录标签不符",
  "record with a length beyond its end": "记录长度过大", "record with bytes after its end": "记录有多余字节", "noise with a good status": "状态正常的杂音",
  "file invalidated": "文件失效", "memory failure": "存储器故障", "security status not satisfied": "安全状态不满足", "locked": "已锁定",
  "application blocked": "应用锁定", "application permanently locked": "应用永久锁定",
  "silent": "不应答", "deaf": "不理会", "garbled": "乱码", "half": "只答一半", "drip": "逐字节应答", "late": "应答迟到", "noise": "杂音",
  "well": "正常",

  "Lights": "指示灯", "card": "证件", "camera": "摄像头", "receipt": "凭条", "scanner": "扫描", "fault": "故障",
  "on": "亮", "off": "灭", "blink": "闪", "Lose power for a moment": "瞬间断电",
  "one command": "一次", "five commands": "五次",

  "one person": "一个人", "nobody": "没有人", "two people": "两个人", "obliging": "配合的人", "turn left": "向左转",
  "turn right": "向右转", "come closer": "靠近", "desk": "空桌面", "page laid": "放上一页", "page removed": "拿走一页",
  "page focusing": "对焦中", "hand rests": "手停着", "hand moves": "手在动", "page creeps": "纸在滑动", "page": "一页", "certificate": "证明", "id portrait": "身份证人像面", "id emblem": "身份证国徽面", "lamp flickers": "灯光闪烁",
};

const LANGUAGE = localStorage.getItem("language") ?? "en";

function t(text) { return LANGUAGE === "zh" && CHINESE[text] || text; }

// What stands in the page itself, once.
function translate() {
  document.documentElement.lang = LANGUAGE;
  document.title = t(document.title);
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const said = words.currentNode.data, bare = said.trim();
    if (bare) words.currentNode.data = said.replace(bare, t(bare));
  }
  for (const name of ["placeholder", "aria-label", "alt"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) one.setAttribute(name, t(one.getAttribute(name)));
  }
}

function changeLanguage() {
  localStorage.setItem("language", LANGUAGE === "zh" ? "en" : "zh");
  location.reload();
}
