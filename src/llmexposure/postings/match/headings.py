"""Words that open a part of a job posting, and phrases that give away what a sentence is about.

Four kinds of part: ``duty`` (what the job asks people to do), ``requirement`` (what the applicant
must have), ``benefit`` (pay, hours, place, perks, how to apply), ``company`` (who is hiring). The
lists are our own, made by reading postings of several job boards.
"""

DUTY, REQUIREMENT, BENEFIT, COMPANY = "duty", "requirement", "benefit", "company"

_CHINESE_DUTY = """
岗位职责 工作职责 职位职责 主要职责 核心职责 工作内容 岗位内容 职位内容 职位描述 岗位描述
工作描述 职责描述 职责范围 工作范围 工作任务 主要工作内容 主要工作 主要任务 职位信息 岗位信息
岗位说明 职位说明 岗位介绍 职位介绍 工作说明 工作介绍 职责说明 具体工作情况 具体工作内容
具体工作职责 具体职责 职能描述 岗位职能 岗位责任 工作责任 职位概述 岗位概述 服务内容 你的职责
您的职责 你将负责 您将负责 你需要做什么 你要做什么 职责
"""
_CHINESE_REQUIREMENT = """
任职要求 任职资格 任职条件 任职标准 岗位要求 职位要求 招聘要求 招聘条件 应聘要求 应聘条件
岗位资格 岗位条件 技能要求 技术要求 能力要求 学历要求 经验要求 年龄要求 基本要求 其他要求
其它要求 专业要求 素质要求 资格要求 工作要求 人员要求 职位资格 录用条件 入职要求 入职条件
应聘资格 必备条件 优先条件 招聘对象 我们希望你 我们期待你 希望你 加分项 关键能力 任职能力
资格条件 岗位需求 要求
"""
_CHINESE_BENEFIT = """
福利待遇 薪资待遇 薪酬待遇 薪酬福利 薪资福利 工资待遇 公司福利 员工福利 岗位福利 职位福利
职位亮点 岗位亮点 薪资结构 薪酬结构 薪资范围 综合薪资 待遇福利 福利 待遇 薪资 薪酬 工资 工作时间
上班时间 作息时间 工作班次 工作地点 上班地点 工作地址 上班地址 办公地点 公司地址 面试地址
面试地点 面试时间 工作环境 地址 联系方式 联系电话 联系人 我们提供 我们能提供 你将获得 您将获得
你能得到 晋升空间 晋升通道 晋升机制 发展空间 发展前景 职业发展 招聘人数 招聘流程 面试流程
简历投递 投递方式 报名方式 温馨提示 备注 注意事项
"""
_CHINESE_COMPANY = """
公司介绍 公司简介 企业简介 企业介绍 单位简介 单位介绍 关于我们 公司概况 公司信息 公司背景
团队介绍 部门介绍 平台介绍 品牌介绍 企业文化 公司优势
"""
CHINESE = {
    kind: tuple(words.split())
    for kind, words in (
        (DUTY, _CHINESE_DUTY),
        (REQUIREMENT, _CHINESE_REQUIREMENT),
        (BENEFIT, _CHINESE_BENEFIT),
        (COMPANY, _CHINESE_COMPANY),
    )
}

ENGLISH = {
    DUTY: [
        "duties and responsibilities", "roles and responsibilities", "role and responsibilities",
        "key responsibilities", "main responsibilities", "job responsibilities",
        "primary responsibilities", "core responsibilities", "your responsibilities",
        "responsibilities include", "responsibilities", "responsibility",
        "essential duties and responsibilities", "essential job functions", "essential functions",
        "essential duties", "key duties", "main duties", "job duties", "duties include", "duties",
        "what you will do", "what you'll do", "what you’ll do", "what you will be doing",
        "what you'll be doing", "what you’ll be doing", "your role", "the role", "about the role",
        "about the job", "about the position", "about this role", "job description",
        "role description", "position description", "position summary", "job summary",
        "role summary", "position overview", "job overview", "role overview", "key tasks",
        "main tasks", "your tasks", "tasks", "day to day", "a day in the life", "in this role",
        "in this role you will", "in this role, you will", "you will", "the opportunity",
    ],
    REQUIREMENT: [
        "requirements", "job requirements", "minimum requirements", "key requirements",
        "qualifications", "minimum qualifications", "preferred qualifications",
        "basic qualifications", "required qualifications", "requirements and qualifications",
        "qualifications and skills", "education and experience", "required skills",
        "preferred skills", "skills and experience", "skills and qualifications", "key skills",
        "skills", "education", "experience", "what you will need", "what you'll need",
        "what you’ll need", "what you need", "what you bring", "what you'll bring",
        "what you’ll bring", "what we are looking for", "what we're looking for",
        "what we’re looking for", "who you are", "about you", "must have", "must haves",
        "nice to have", "nice to haves", "ideal candidate", "the ideal candidate",
        "your profile", "your background", "competencies", "physical requirements",
        "physical demands", "certifications", "licenses",
    ],
    BENEFIT: [
        "benefits", "our benefits", "employee benefits", "perks", "perks and benefits",
        "benefits and perks", "compensation", "compensation and benefits", "salary",
        "salary range", "pay", "pay range", "pay rate", "what we offer", "we offer",
        "what's in it for you", "what’s in it for you", "why join us", "why work with us",
        "why work for us", "why us", "schedule", "work schedule", "shift", "hours", "location",
        "work location", "job type", "how to apply", "to apply", "application process",
        "equal opportunity", "equal opportunity employer", "eeo statement", "work environment",
    ],
    COMPANY: [
        "about us", "about the company", "about our company", "who we are", "company description",
        "company overview", "company profile", "our company", "our mission", "our story",
        "our values", "our culture", "about the team", "our team", "the company",
    ],
}  # fmt: skip

# Sentences to drop wherever they stand: pay, perks and how to apply, in words that no duty uses
# (社保 and 公积金 alone stay: handling them is a duty of personnel clerks).
CHINESE_BENEFIT_CUES = (
    "[五六七]险[一二]金|五险|包吃|包住|包食宿|提供食宿|提供住宿|免费食宿|双休|单休|月休|做六休一|年终奖|全勤奖|年底双薪|"
    "带薪|底薪|月薪|年薪|保底工资|综合工资|无责|法定节假日|节日福利|生日福利|过节费|高温补贴|餐补|房补|交通补贴|"
    "住房补贴|下午茶|免费体检|定期体检|公司旅游|员工旅游|团建|晋升空间|晋升机会|工龄奖|有提成|高提成|弹性工作|"
    "不收取.{0,8}费用|不收任何费用|有意者|联系电话|面谈|工资日结|\\d{4,5}\\s*[-—~～至到]\\s*\\d{4,5}|元/月|元/天|元/小时"
)
# More, for text without any heading: who is hiring ...
CHINESE_COMPANY_CUES = (
    "成立于|创立于|创办于|始建于|是一家|是专业从事|注册资[本金]|总部位于|坐落于|高新技术企业|上市公司|世界500强|"
    "全球领先|行业领先|国内领先|诚邀|诚聘|欢迎.{0,10}(?:加入|咨询|投递|应聘)|简历|更多信息|招聘海报|职位更新"
)
# ... and what the applicant must have, anywhere in the sentence or at its start.
CHINESE_REQUIREMENT_CUES = (
    "学历|大专|本科|中专|硕士|相关专业|专业毕业|专业不限|优先|工作经验|从业经验|经验不限|年.{0,10}经验|周岁|岁以[上下]|"
    "岁左右|年龄|身高|无犯罪|吃苦耐劳|责任心|责任感|上进心|(?:沟通|学习|表达|抗压|协调|执行|适应|理解|应变|团队).{0,6}能力|"
    "团队(?:协作|合作)精神|服务意识|身体健康|品行端正|持.{0,8}证|资格证|会电脑|可接受"
)
CHINESE_REQUIREMENT_STARTS = (
    "熟悉|熟练|精通|掌握|了解|具备|具有|拥有|性格|形象|思维|热爱|良好|有.{0,12}经验"
)

ENGLISH_BENEFIT_CUES = (
    r"401 ?\(?k\)?|paid time off|\bpto\b|paid (?:vacation|holidays)|equal opportunity|"
    r"competitive (?:salary|pay|compensation)|sign[- ]on bonus|tuition reimbursement|"
    r"(?:dental|vision) (?:insurance|coverage)|medical, dental|apply (?:now|today|online)"
)
ENGLISH_COMPANY_CUES = (
    r"salary range|\$ ?\d|per hour|an? (?:leading|fast[- ]growing|family[- ]owned)|"
    r"(?:founded|established) in|headquartered|our (?:mission|company|culture|values|clients are)|"
    r"we are (?:a|an|the|hiring|looking|seeking)|join (?:us|our)|send your (?:cv|resume)"
)
ENGLISH_REQUIREMENT_CUES = (
    r"bachelor|master'?s degree|high school diploma|\bged\b|\d\+? years|years of|"
    r"(?:is|are) (?:required|preferred)|a plus|must (?:have|be)|valid driver|ability to|"
    r"able to lift|strong (?:communication|interpersonal|knowledge)|proficien"
)

# Advertising in titles: calls to apply, numbers to reach, brackets that hold nothing else.
TITLE_CALLS = (
    "急聘|急招|急缺|诚聘|直招|直聘|高薪|待遇优|机会来了|包住宿|包三餐|无经验|可实习|应届生|"
    "长白班|可居家|可兼职|不加班|接受小白|零基础|\\d+[kK万]|\\d{3,}"
)
